package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.conformance.Cluster.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Create, read, update, patch and scale: what the server sets, and what it does not let a client change. */
class ObjectsTest extends OnCluster {
    @Test
    void aCreatedObjectHasWhatTheServerSets() {
        Answer created = cluster.post(widgets, """
                apiVersion: test.cairn.dev/v1
                kind: Widget
                metadata: {name: made, uid: mine, generation: 7, creationTimestamp: "2001-01-01T00:00:00Z", selfLink: /x,
                           deletionTimestamp: "2001-01-01T00:00:00Z", deletionGracePeriodSeconds: 3}
                spec: {image: a}
                status: {size: 3}
                """).expect(201);
        JsonNode meta = meta(created.json());
        assertThat(meta.path("uid").asText()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(meta.path("generation").asInt()).isEqualTo(1);
        assertThat(meta.path("creationTimestamp").asText()).matches("20[2-9]\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(meta.path("namespace").asText()).isEqualTo(namespace);
        assertThat(meta.path("resourceVersion").asText()).matches("\\d+");
        assertThat(meta.has("deletionTimestamp")).isFalse();
        assertThat(created.json().has("status")).isFalse();
        assertThat(created.at("/spec/color")).isEqualTo("red");
        assertThat(cluster.get(widgets + "/made").json()).isEqualTo(created.json());
    }

    @Test
    void generationRisesWithTheSpecOnlyAndStatusIsApart() {
        ObjectNode object = (ObjectNode) createWidget("gen", "{image: a}");
        spec(object).put("size", 5);
        object.putObject("status").put("size", 7);
        Answer afterStatus = cluster.put(widgets + "/gen/status", object).expect(200);
        assertThat(afterStatus.at("/status/size")).isEqualTo("7");
        assertThat(afterStatus.at("/spec/size")).isEqualTo("1");
        assertThat(afterStatus.at("/metadata/generation")).isEqualTo("1");

        object = (ObjectNode) afterStatus.json();
        spec(object).put("size", 5);
        object.putObject("status").put("size", 99);
        Answer afterSpec = cluster.put(widgets + "/gen", object).expect(200);
        assertThat(afterSpec.at("/spec/size")).isEqualTo("5");
        assertThat(afterSpec.at("/status/size")).isEqualTo("7");
        assertThat(afterSpec.at("/metadata/generation")).isEqualTo("2");

        object = (ObjectNode) afterSpec.json().deepCopy();
        meta(object).putObject("labels").put("a", "b");
        meta(object).remove(List.of("uid", "generation", "creationTimestamp"));
        Answer afterLabel = cluster.put(widgets + "/gen", object).expect(200);
        assertThat(afterLabel.at("/metadata/generation")).isEqualTo("2");
        assertThat(afterLabel.at("/metadata/uid")).isEqualTo(afterSpec.at("/metadata/uid"));
        assertThat(afterLabel.at("/metadata/labels/a")).isEqualTo("b");
    }

    @Test
    void aStatusWriteKeepsMetadataButForWhatItMayChange() {
        createWidget("meta", "{image: a}");
        Answer patched = cluster.mergePatch(
                        widgets + "/meta/status",
                        "{metadata: {labels: {a: b}, annotations: {c: d}}, spec: {size: 9}, status: {size: 2}}")
                .expect(200);
        assertThat(patched.at("/spec/size")).isEqualTo("1");
        assertThat(patched.at("/status/size")).isEqualTo("2");
        assertThat(meta(patched.json()).has("labels")).isFalse();
        assertThat(meta(patched.json()).has("annotations")).isFalse();
        assertThat(cluster.get(widgets + "/meta/status").expect(200).json()).isEqualTo(patched.json());
    }

    @Test
    void anUpdateThatChangesNothingIsNoWrite() {
        JsonNode first = createWidget("same", "{image: a}");
        assertThat(cluster.put(widgets + "/same", first).expect(200).json()).isEqualTo(first);
        assertThat(cluster.mergePatch(widgets + "/same", "{spec: {image: a}}")
                        .expect(200)
                        .json())
                .isEqualTo(first);
        JsonNode applied = cluster.apply(widgets + "/same", widget("same", "{image: a}"))
                .expect(200)
                .json();
        assertThat(cluster.apply(widgets + "/same", widget("same", "{image: a}"))
                        .expect(200)
                        .json())
                .isEqualTo(applied);
    }

    @Test
    void aStaleWriteIsAConflictAndACustomResourceIsNeverReplacedBlindly() {
        JsonNode first = createWidget("stale", "{image: a}");
        ObjectNode changed = first.deepCopy();
        spec(changed).put("size", 2);
        cluster.put(widgets + "/stale", changed).expect(200);
        Answer stale = cluster.put(widgets + "/stale", changed.deepCopy()).expect(409);
        assertThat(stale.reason()).isEqualTo("Conflict");
        assertThat(stale.message())
                .isEqualTo("Operation cannot be fulfilled on widgets.test.cairn.dev \"stale\": the object has been"
                        + " modified; please apply your changes to the latest version and try again");
        assertThat(stale.at("/details/name")).isEqualTo("stale");
        assertThat(stale.at("/details/group")).isEqualTo("test.cairn.dev");
        assertThat(stale.at("/details/kind")).isEqualTo("widgets");
        assertThat(cluster.mergePatch(widgets + "/stale", "{metadata: {resourceVersion: \"1\"}}")
                        .reason())
                .isEqualTo("Conflict");

        meta(changed).remove("resourceVersion");
        Answer blind = cluster.put(widgets + "/stale", changed).expect(422);
        assertThat(causes(blind)).containsExactly("metadata.resourceVersion FieldValueInvalid");
        assertThat(blind.message()).contains("must be specified for an update");
        ObjectNode map = (ObjectNode) createConfigMap("blind", "");
        meta(map).remove("resourceVersion");
        cluster.put(configMaps + "/blind", map).expect(200);

        Answer again = cluster.post(widgets, widget("stale", "{image: a}")).expect(409);
        assertThat(again.reason()).isEqualTo("AlreadyExists");
        assertThat(again.message()).isEqualTo("widgets.test.cairn.dev \"stale\" already exists");
    }

    @Test
    void identityCannotBeChanged() {
        ObjectNode object = (ObjectNode) createWidget("fixed", "{image: a}");
        ObjectNode other = object.deepCopy();
        meta(other).put("uid", "00000000-0000-0000-0000-000000000000");
        Answer uid = cluster.put(widgets + "/fixed", other).expect(409);
        assertThat(uid.message()).contains("Precondition failed: UID in precondition: 00000000");
        other = object.deepCopy();
        meta(other).put("name", "else");
        assertThat(cluster.put(widgets + "/fixed", other).expect(400).reason()).isEqualTo("BadRequest");
        other = object.deepCopy();
        meta(other).put("namespace", "default");
        assertThat(cluster.put(widgets + "/fixed", other).expect(400).message())
                .contains("the namespace of the provided object does not match the namespace sent on the request");
        other = object.deepCopy();
        meta(other).put("generation", 40).put("creationTimestamp", "2001-01-01T00:00:00Z");
        assertThat(meta(cluster.put(widgets + "/fixed", other).expect(200).json())
                        .path("generation")
                        .asInt())
                .isEqualTo(1);
        assertThat(cluster.get(widgets + "/fixed").at("/metadata/creationTimestamp"))
                .isEqualTo(meta(object).path("creationTimestamp").asText());
    }

    @Test
    void concurrentWritersLoseNothing() throws Exception {
        createConfigMap("counter", "");
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String key = "k" + i;
            done.add(pool.submit(() -> addUntilItFits(key)));
        }
        for (Future<?> one : done) {
            one.get(60, SECONDS);
        }
        pool.shutdown();
        assertThat(cluster.get(configMaps + "/counter").json().path("data")).hasSize(41);
    }

    private void addUntilItFits(String key) {
        for (int code = 409; code == 409; ) {
            ObjectNode map = (ObjectNode) cluster.get(configMaps + "/counter").json();
            ((ObjectNode) map.path("data")).put(key, "v");
            code = cluster.put(configMaps + "/counter", map).code();
            assertThat(code).isIn(200, 409);
        }
    }

    @Test
    void namesAreGenerated() {
        String body = widget("x", "{image: a}").replace("name: x", "generateName: gen-");
        String name = cluster.post(widgets, body).expect(201).at("/metadata/name");
        assertThat(name).matches("gen-[a-z0-9]{5}");
        assertThat(cluster.get(widgets + "/" + name).at("/metadata/generateName"))
                .isEqualTo("gen-");
        Answer none = cluster.post(widgets, widget("x", "{image: a}").replace("name: x", ""))
                .expect(422);
        assertThat(none.message()).contains("name or generateName is required");
    }

    @Test
    void aDryRunStoresNothing() {
        Answer created = cluster.post(widgets + "?dryRun=All", widget("dry", "{image: a}"))
                .expect(201);
        assertThat(created.at("/spec/max")).isEqualTo("10");
        assertThat(created.at("/metadata/uid")).isNotEmpty();
        cluster.get(widgets + "/dry").expect(404);
        cluster.post(widgets + "?dryRun=All", widget("dry", "{}")).expect(422);
        cluster.post(widgets + "?dryRun=Yes", widget("dry", "{image: a}")).expect(422);
        JsonNode stored = createWidget("dry", "{image: a}");
        assertThat(cluster.mergePatch(widgets + "/dry?dryRun=All", "{spec: {size: 4}}")
                        .expect(200)
                        .at("/spec/size"))
                .isEqualTo("4");
        cluster.delete(widgets + "/dry?dryRun=All").expect(200);
        cluster.delete(widgets + "/dry", "{dryRun: [All]}").expect(200);
        assertThat(cluster.get(widgets + "/dry").json()).isEqualTo(stored);
    }

    @Test
    void patchesOfEachKind() {
        createWidget("patched", "{image: a, tags: [a, b]}");
        Answer merged = cluster.mergePatch(widgets + "/patched", "{spec: {color: blue, size: null, tags: [c]}}")
                .expect(200);
        assertThat(merged.json().path("spec"))
                .isEqualTo(Cluster.parse("{color: blue, image: a, max: 10, size: 1, tags: [c]}"));
        Answer json = cluster.jsonPatch(widgets + "/patched", """
                        [{"op": "test", "path": "/spec/color", "value": "blue"},
                         {"op": "add", "path": "/spec/tags/-", "value": "d"},
                         {"op": "remove", "path": "/spec/color"},
                         {"op": "copy", "from": "/spec/image", "path": "/spec/options/x"}]
                        """.replace(
                                "{\"op\": \"copy\"",
                                "{\"op\":\"add\",\"path\":\"/spec/options\",\"value\":{}},{\"op\": \"copy\""))
                .expect(200);
        assertThat(json.at("/spec/options/x")).isEqualTo("a");
        assertThat(json.at("/spec/color")).isEqualTo("red");
        assertThat(json.json().at("/spec/tags").toString()).isEqualTo("[\"c\",\"d\"]");
        Answer wrong = cluster.jsonPatch(
                        widgets + "/patched", "[{\"op\": \"test\", \"path\": \"/spec/color\", \"value\": \"green\"}]")
                .expect(422);
        assertThat(wrong.reason()).isEqualTo("Invalid");
        cluster.jsonPatch(widgets + "/patched", "[{\"op\": \"remove\", \"path\": \"/spec/none\"}]")
                .expect(422);
        Answer strategic = cluster.send(
                        "PATCH", widgets + "/patched", "application/strategic-merge-patch+json", "{\"spec\":{}}")
                .expect(415);
        assertThat(strategic.reason()).isEqualTo("UnsupportedMediaType");
        createConfigMap("patched", "finalizers: [test.cairn.dev/a]");
        Answer map = cluster.send(
                        "PATCH",
                        configMaps + "/patched",
                        "application/strategic-merge-patch+json",
                        "{\"metadata\":{\"finalizers\":[\"test.cairn.dev/b\"]},\"data\":{\"c\":\"d\",\"a\":null}}")
                .expect(200);
        assertThat(map.json().at("/metadata/finalizers")).hasSize(2);
        assertThat(map.json().path("data").toString()).isEqualTo("{\"c\":\"d\"}");
        cluster.mergePatch(configMaps + "/patched", "{metadata: {finalizers: null}}")
                .expect(200);
    }

    @Test
    void scaleIsAViewOfTheObject() {
        createWidget("scaled", "{image: a}");
        Answer scale = cluster.get(widgets + "/scaled/scale").expect(200);
        assertThat(scale.at("/kind")).isEqualTo("Scale");
        assertThat(scale.at("/apiVersion")).isEqualTo("autoscaling/v1");
        assertThat(scale.at("/spec/replicas")).isEqualTo("1");
        assertThat(scale.at("/status/replicas")).isEqualTo("0");
        Answer patched = cluster.mergePatch(widgets + "/scaled/scale", "{spec: {replicas: 4}}")
                .expect(200);
        assertThat(patched.at("/spec/replicas")).isEqualTo("4");
        assertThat(cluster.get(widgets + "/scaled").at("/spec/size")).isEqualTo("4");
        assertThat(cluster.get(widgets + "/scaled").at("/metadata/generation")).isEqualTo("2");
        cluster.put(widgets + "/scaled/scale", scale.json()).expect(409);
        cluster.mergePatch(widgets + "/scaled/scale", "{spec: {replicas: 40}}").expect(422);
        cluster.mergePatch(widgets + "/scaled/scale", "{spec: {replicas: -1}}").expect(422);
        cluster.mergePatch(widgets + "/scaled/status", "{status: {size: 3, selector: \"a=b\"}}")
                .expect(200);
        Answer seen = cluster.get(widgets + "/scaled/scale");
        assertThat(seen.at("/status/replicas")).isEqualTo("3");
        assertThat(seen.at("/status/selector")).isEqualTo("a=b");
        cluster.get(widgets + "/none/scale").expect(404);
    }
}
