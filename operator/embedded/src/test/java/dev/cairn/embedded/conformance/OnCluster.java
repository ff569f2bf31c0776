package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.conformance.Cluster.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test of the suite: it has a namespace of its own in the API under test, which goes when the test ends. */
abstract class OnCluster {
    static final Cluster cluster = Cluster.get();

    String namespace;
    /** Paths of this namespace's objects. */
    String widgets;

    String configMaps;

    @BeforeEach
    void makeNamespace() {
        Answer made = cluster.post("/api/v1/namespaces", """
                apiVersion: v1
                kind: Namespace
                metadata: {generateName: conformance-}
                """).expect(201);
        namespace = made.at("/metadata/name");
        widgets = "/apis/test.cairn.dev/v1/namespaces/" + namespace + "/widgets";
        configMaps = "/api/v1/namespaces/" + namespace + "/configmaps";
    }

    /** Whatever a test that failed has left must not hold the namespace, nor later the definition. */
    @AfterEach
    void removeNamespace() {
        for (String path : List.of(widgets, configMaps)) {
            for (String name : names(cluster.get(path).json())) {
                if (!cluster.get(path + "/" + name)
                        .json()
                        .at("/metadata/finalizers")
                        .isEmpty()) {
                    cluster.mergePatch(path + "/" + name, "{metadata: {finalizers: null}}");
                }
            }
        }
        cluster.delete("/api/v1/namespaces/" + namespace);
    }

    /** A widget as YAML; the spec in flow style, such as {@code {image: a}}. */
    static String widget(String name, String spec) {
        return """
                apiVersion: test.cairn.dev/v1
                kind: Widget
                metadata: {name: %s}
                spec: %s
                """.formatted(name, spec);
    }

    /** A ConfigMap as YAML; {@code more} is what else its metadata has, in flow style without braces. */
    static String configMap(String name, String more) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: "%s"%s}
                data: {a: b}
                """.formatted(name, more.isEmpty() ? "" : ", " + more);
    }

    JsonNode createWidget(String name, String spec) {
        return cluster.post(widgets, widget(name, spec)).expect(201).json();
    }

    JsonNode createConfigMap(String name, String more) {
        return cluster.post(configMaps, configMap(name, more)).expect(201).json();
    }

    static boolean exists(String path) {
        return cluster.get(path).code() == 200;
    }

    static void awaitGone(String path) {
        await().atMost(60, SECONDS).until(() -> cluster.get(path).code() == 404);
    }

    static ObjectNode meta(JsonNode object) {
        return (ObjectNode) object.path("metadata");
    }

    static ObjectNode spec(JsonNode object) {
        return (ObjectNode) object.path("spec");
    }

    static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.path("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    /** Fields and reasons of a refusal's causes, such as {@code spec.size FieldValueInvalid}, sorted. */
    static List<String> causes(Answer refusal) {
        List<String> causes = new ArrayList<>();
        refusal.json()
                .at("/details/causes")
                .forEach(cause -> causes.add(cause.path("field").asText() + " "
                        + cause.path("reason").asText()));
        causes.sort(null);
        return causes;
    }
}
