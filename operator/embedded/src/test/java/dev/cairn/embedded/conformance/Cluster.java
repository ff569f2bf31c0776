package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.EmbeddedApi;
import dev.cairn.embedded.admission.Admission;
import dev.cairn.embedded.kinds.Yaml;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The Kubernetes API under test: the one that the kubeconfig named by -Dcairn.kubeconfig leads to, else an embedded one.
 * The variable KUBECONFIG is not read on purpose: the suite writes, and must not do so wherever a shell happens to point.
 */
final class Cluster {
    static final String JSON = "application/json";
    static final String WIDGETS_CRD = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static Cluster shared;

    final Path kubeconfig;
    final HttpClient http;
    private final Config config;
    private final int minor;

    /** One for all tests of this process, with the widgets' definition installed. */
    static synchronized Cluster get() {
        if (shared == null) {
            try {
                String named = System.getProperty("cairn.kubeconfig", "");
                shared = new Cluster(
                        named.isEmpty() ? embedded() : Path.of(named).toAbsolutePath());
                shared.install();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return shared;
    }

    private Cluster(Path kubeconfig) throws Exception {
        this.kubeconfig = kubeconfig;
        this.config = Config.fromKubeconfig(kubeconfig.toFile());
        config.setRequestRetryBackoffLimit(0);
        this.http =
                HttpClient.newBuilder().sslContext(SSLUtils.sslContext(config)).build();
        this.minor = Integer.parseInt(
                send("GET", "/version", JSON, "").json().path("minor").asText().replaceAll("\\D", ""));
    }

    private static Path embedded() throws IOException {
        Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "conformance");
        EmbeddedApi api =
                EmbeddedApi.start(EmbeddedApi.Config.local(directory.resolve("data"), List.of(), Admission.ALLOW_ALL));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                api.close();
            } catch (IOException e) {
                System.getLogger(Cluster.class.getName()).log(System.Logger.Level.WARNING, "not closed", e);
            }
        }));
        Path kubeconfig = directory.resolve("kubeconfig");
        api.writeKubeconfig(kubeconfig);
        return kubeconfig;
    }

    private void install() throws Exception {
        String crd;
        try (var in = EmbeddedApi.class.getResourceAsStream("widgets.yaml")) {
            crd = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String path = WIDGETS_CRD + "/widgets.test.cairn.dev";
        // what an earlier run deleted as it ended may still be on its way
        await().atMost(60, SECONDS)
                .until(() -> get(path).at("/metadata/deletionTimestamp").isEmpty());
        Answer answer = apply(path, crd);
        assertThat(answer.code()).as(answer.text()).isIn(200, 201);
        await().atMost(60, SECONDS)
                .until(() -> get("/apis/test.cairn.dev/v1/widgets").code() == 200);
        if (!System.getProperty("cairn.kubeconfig", "").isEmpty()) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(path)));
        }
    }

    /** Whether the server is of Kubernetes 1.N or later. */
    boolean atLeast(int wanted) {
        return minor >= wanted;
    }

    /** An answer; the body is empty JSON when it is none. */
    record Answer(int code, String text, JsonNode json, HttpResponse<String> response) {
        String reason() {
            return json.path("reason").asText();
        }

        String message() {
            return json.path("message").asText();
        }

        List<String> warnings() {
            return response.headers().allValues("Warning");
        }

        /** The same answer, when it has this code. */
        Answer expect(int wanted) {
            assertThat(code).as(text).isEqualTo(wanted);
            return this;
        }

        /** A value of the body, such as {@code /spec/size}, as text. */
        String at(String pointer) {
            return json.at(pointer).asText();
        }
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(config.getMasterUrl().replaceAll("/$", "") + path))
                .timeout(Duration.ofSeconds(60));
        String token = config.getAutoOAuthToken();
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    /** A plain request; the body may be empty. */
    Answer send(String method, String path, String contentType, String body) {
        return send(method, path, contentType, body, ignored -> {});
    }

    Answer send(String method, String path, String contentType, String body, Consumer<HttpRequest.Builder> headers) {
        HttpRequest.Builder request = request(path).header("User-Agent", "conformance/1.0");
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        headers.accept(request);
        try {
            HttpResponse<String> response = http.send(
                    request.method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), parse(response.body()), response);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** JSON of a YAML text; missing when it is neither. */
    static JsonNode parse(String text) {
        try {
            List<JsonNode> documents = Yaml.documents(text);
            return documents.isEmpty()
                    ? com.fasterxml.jackson.databind.node.MissingNode.getInstance()
                    : documents.get(0);
        } catch (IOException e) {
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }
    }

    Answer get(String path) {
        return send("GET", path, "", "");
    }

    /** Creates what a YAML text says. */
    Answer post(String path, String yaml) {
        return send("POST", path, JSON, parse(yaml).toString());
    }

    Answer put(String path, JsonNode object) {
        return send("PUT", path, JSON, object.toString());
    }

    Answer mergePatch(String path, String yaml) {
        return send("PATCH", path, "application/merge-patch+json", parse(yaml).toString());
    }

    Answer jsonPatch(String path, String patch) {
        return send("PATCH", path, "application/json-patch+json", patch);
    }

    /** Server-side apply by the manager {@code conformance}, forced. */
    Answer apply(String path, String yaml) {
        return apply(path, "conformance", true, yaml);
    }

    Answer apply(String path, String manager, boolean force, String yaml) {
        String query = "?fieldManager=" + manager + (force ? "&force=true" : "");
        return send("PATCH", path + query, "application/apply-patch+yaml", yaml);
    }

    Answer delete(String path) {
        return send("DELETE", path, "", "");
    }

    Answer delete(String path, String options) {
        return send("DELETE", path, JSON, parse(options).toString());
    }

    KubernetesClient client(String namespace, boolean onlyHttpWatches) {
        Config copy = Config.fromKubeconfig(kubeconfig.toFile());
        copy.setRequestRetryBackoffLimit(0);
        copy.setNamespace(namespace);
        copy.setOnlyHttpWatches(onlyHttpWatches);
        return new KubernetesClientBuilder().withConfig(copy).build();
    }
}
