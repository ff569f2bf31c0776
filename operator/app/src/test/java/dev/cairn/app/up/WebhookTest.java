package dev.cairn.app.up;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.app.TestApi;
import dev.cairn.app.UpOptions.Listen;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster gets that asks as it was told to: with the registration's address and certificate and nothing else. */
class WebhookTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "cairn-tested";
    private static final String OPERATOR = "admin"; // whose kubeconfig it is

    @TempDir
    Path directory;

    private TestApi api;
    private Webhook webhook;
    private ValidatingWebhook registered;
    private HttpClient http;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(directory, Admission.ALLOW_ALL);
        webhook = Webhook.start(
                api.client(), directory, new Listen("127.0.0.1", 0), "tested", () -> "cairn_drift_total 3");
        registered = registration().getWebhooks().get(0);
        http = HttpClient.newBuilder()
                .sslContext(trusting(registered.getClientConfig().getCaBundle()))
                .build();
        api.apply("""
                apiVersion: cairn.dev/v1alpha1
                kind: Service
                metadata: {name: webapp, namespace: default}
                spec:
                  image: cairn/sample
                  port: 8080
                  stages: [{name: prod, position: 0}, {name: qa, position: 1}, {name: dev, position: 2}]
                  versions: [v0.1, v0.2, v0.3]
                """);
        api.apply("""
                apiVersion: cairn.dev/v1alpha1
                kind: Endpoint
                metadata: {name: webapp, namespace: default}
                spec: {serviceName: webapp, stage: prod, port: 8080}
                """);
    }

    @AfterEach
    void stop() throws IOException {
        webhook.close();
        api.close();
    }

    private ValidatingWebhookConfiguration registration() {
        return api.client()
                .admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName(NAME)
                .get();
    }

    private static SSLContext trusting(String caBundle) throws Exception {
        return SSLUtils.sslContext(
                new ConfigBuilder(Config.empty()).withCaCertData(caBundle).build());
    }

    private HttpResponse<String> send(String method, String url, byte[] body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(20))
                        .method(method, BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String url() {
        return registered.getClientConfig().getUrl();
    }

    /** A review as kube-apiserver sends it. */
    private static ObjectNode review(String operation, String plural, String kind, JsonNode object, JsonNode before) {
        JsonNode named = object.isObject() ? object : before;
        ObjectNode review =
                JSON.createObjectNode().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode request = review.putObject("request").put("uid", "u-" + operation);
        request.putObject("kind")
                .put("group", "cairn.dev")
                .put("version", "v1alpha1")
                .put("kind", kind);
        request.putObject("resource")
                .put("group", "cairn.dev")
                .put("version", "v1alpha1")
                .put("resource", plural);
        request.put("operation", operation).put("namespace", "default").put("dryRun", false);
        request.put("name", named.path("metadata").path("name").asText());
        request.putObject("userInfo").put("username", "somebody");
        request.set("object", object);
        request.set("oldObject", before);
        return review;
    }

    private JsonNode asked(ObjectNode review) throws Exception {
        HttpResponse<String> answer = send("POST", url(), JSON.writeValueAsBytes(review));
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode json = JSON.readTree(answer.body());
        assertThat(json.path("apiVersion").asText()).isEqualTo("admission.k8s.io/v1");
        assertThat(json.path("kind").asText()).isEqualTo("AdmissionReview");
        assertThat(json.at("/response/uid").asText())
                .isEqualTo(review.at("/request/uid").asText());
        return json.path("response");
    }

    private ObjectNode stored(String plural, String name) throws Exception {
        return (ObjectNode)
                JSON.readTree(api.client().raw("/apis/cairn.dev/v1alpha1/namespaces/default/" + plural + "/" + name));
    }

    private static JsonNode none() {
        return JSON.nullNode();
    }

    @Test
    void aRouteThatIsHeldIsRefusedAndAFreeOneIsNot() throws Exception {
        ObjectNode other = stored("endpoints", "webapp");
        other.withObject("metadata").put("name", "other").put("uid", "u-other");
        for (boolean dryRun : new boolean[] {true, false}) {
            ObjectNode review = review("CREATE", "endpoints", "Endpoint", other, none());
            review.withObject("request").put("dryRun", dryRun);
            JsonNode refused = asked(review);
            assertThat(refused.path("allowed").asBoolean()).isFalse();
            assertThat(refused.at("/status/code").asInt()).isEqualTo(403);
            assertThat(refused.at("/status/message").asText()).contains("default/other", "8080", "default/webapp");
        }
        other.withObject("spec").put("port", 8081);
        JsonNode allowed = asked(review("CREATE", "endpoints", "Endpoint", other, none()));
        assertThat(allowed.path("allowed").asBoolean()).isTrue();
        assertThat(allowed.has("status")).isFalse();
    }

    @Test
    void whatIsInUseMayNotGoAndWhatMayStillComeIsAWarning() throws Exception {
        ObjectNode service = stored("services", "webapp");
        JsonNode gone = asked(review("DELETE", "services", "Service", none(), service));
        assertThat(gone.path("allowed").asBoolean()).isFalse();
        assertThat(gone.at("/status/message").asText()).contains("is in use by the Endpoints default/webapp");
        ObjectNode more = service.deepCopy();
        more.withObject("spec").put("stacks", 3);
        JsonNode warned = asked(review("UPDATE", "services", "Service", more, service));
        assertThat(warned.path("allowed").asBoolean()).isTrue();
        assertThat(warned.path("warnings").toString()).contains("stacks is 3", "add 3 Hosts");
    }

    /** Kubernetes sends a Scale, not the Service that it scales. */
    @Test
    void scalingIsJudgedAsTheServiceThatWouldCome() throws Exception {
        JsonNode scale = JSON.readTree("{\"metadata\":{\"name\":\"webapp\"},\"spec\":{\"replicas\":3}}");
        ObjectNode review = review("UPDATE", "services", "Scale", scale, scale);
        review.withObject("request").put("subResource", "scale");
        JsonNode warned = asked(review);
        assertThat(warned.path("allowed").asBoolean()).isTrue();
        assertThat(warned.path("warnings").toString()).contains("stacks is 3", "add 3 Hosts");
    }

    @Test
    void recordsAreTheOperatorsWhoseNameTheClusterKnows() throws Exception {
        JsonNode stack = JSON.readTree("""
                {"apiVersion": "cairn.dev/v1alpha1", "kind": "ServiceStack",
                 "metadata": {"name": "webapp-stack0", "namespace": "default"},
                 "spec": {"serviceName": "webapp", "ordinal": 0, "hostName": "docker01", "change": 0,
                          "lastContainer": 0, "containers": []}}
                """);
        ObjectNode review = review("CREATE", "servicestacks", "ServiceStack", stack, none());
        JsonNode refused = asked(review);
        assertThat(refused.path("allowed").asBoolean()).isFalse();
        assertThat(refused.at("/status/message").asText()).contains("ServiceStacks are written by the operator only");
        review.withObject("request").withObject("userInfo").put("username", OPERATOR);
        assertThat(asked(review).path("allowed").asBoolean()).isTrue();
    }

    @Test
    void whatIsNoReviewIsAnsweredWithoutHarm() throws Exception {
        for (String body :
                new String[] {"", "nonsense", "[]", "{}", "{\"apiVersion\":\"v1\",\"request\":{\"uid\":\"u\"}}"}) {
            assertThat(send("POST", url(), body.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            .statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        ObjectNode odd = review("CONNECT", "endpoints", "Endpoint", stored("endpoints", "webapp"), none());
        assertThat(send("POST", url(), JSON.writeValueAsBytes(odd)).statusCode())
                .isEqualTo(400);
        assertThat(send("GET", url(), new byte[0]).statusCode()).isEqualTo(405);
        String elsewhere = url().substring(0, url().lastIndexOf('/'));
        assertThat(send("POST", elsewhere, new byte[0]).statusCode()).isEqualTo(404);
        ObjectNode fine = review("CREATE", "endpoints", "Endpoint", stored("endpoints", "webapp"), none());
        assertThat(asked(fine).path("allowed").asBoolean()).isTrue();
    }

    private HttpResponse<String> scrape(String method, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url()).resolve("/metrics"))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void metricsAreForWhomTheClusterLetsReadThem() throws Exception {
        assertThat(scrape("GET").statusCode()).isEqualTo(401);
        assertThat(scrape("GET").headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(scrape("GET", "Authorization", "Basic YTpi").statusCode()).isEqualTo(401);
        assertThat(scrape("GET", "Authorization", "Bearer nobody").statusCode()).isEqualTo(401);
        String token = api.client().getConfiguration().getAutoOAuthToken();
        HttpResponse<String> page = scrape("GET", "Authorization", "Bearer " + token);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo("cairn_drift_total 3");
        assertThat(page.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(scrape("POST", "Authorization", "Bearer " + token).statusCode())
                .isEqualTo(405);
    }

    @Test
    void theClusterIsToldToGoOnWithoutAnAnswerAndNotToAskWhoHasGone() {
        assertThat(registered.getFailurePolicy()).isEqualTo("Ignore");
        assertThat(registered.getTimeoutSeconds()).isLessThanOrEqualTo(10);
        assertThat(registered.getRules().get(0).getResources()).doesNotContain("services/status");
        webhook.close();
        assertThat(registration()).isNull();
    }
}
