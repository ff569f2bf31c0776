package dev.cairn.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.embedded.admission.Admission;
import dev.cairn.fuzz.Api;
import dev.cairn.fuzz.Wire;
import dev.cairn.fuzz.Wire.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each kind of bad request gets the code and the reason that Kubernetes gives, and leaves nothing in the store. */
class BadBodiesTest {
    private static final String WIDGETS = "/apis/test.cairn.dev/v1/namespaces/default/widgets";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String MERGE = "application/merge-patch+json";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String APPLY = "application/apply-patch+yaml";

    private final Wire wire;

    BadBodiesTest() throws Exception {
        try (var in = BadBodiesTest.class.getResourceAsStream("widgets.yaml")) {
            String definition = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            wire = new Wire(new Api(List.of(definition), Admission.ALLOW_ALL).served());
        }
    }

    private static String widget(String name, String spec) {
        return "{\"apiVersion\":\"test.cairn.dev/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"" + name
                + "\"},\"spec\":" + spec + "}";
    }

    private JsonNode send(String start, String type, byte[] body) throws IOException {
        Answer answer = wire.ask(start, type, body);
        return new ObjectMapper().readTree(answer.body());
    }

    private String revision() throws IOException {
        return send("GET /api/v1/namespaces", "", new byte[0])
                .path("metadata")
                .path("resourceVersion")
                .asText();
    }

    private void refused(String start, String type, byte[] body, int code, String reason) throws IOException {
        String before = revision();
        JsonNode status = send(start, type, body);
        assertThat(status.path("kind").asText()).as(start).isEqualTo("Status");
        assertThat(status.path("status").asText()).isEqualTo("Failure");
        assertThat(status.path("code").asInt()).as("%s: %s", start, status).isEqualTo(code);
        assertThat(status.path("reason").asText()).as("%s: %s", start, status).isEqualTo(reason);
        assertThat(status.path("message").asText()).isNotBlank().hasSizeLessThan(5_000);
        assertThat(revision()).as("stored by %s", start).isEqualTo(before);
    }

    private void refused(String start, String type, String body, int code, String reason) throws IOException {
        refused(start, type, body.getBytes(StandardCharsets.ISO_8859_1), code, reason);
    }

    @Test
    void bodiesThatCannotBeRead() throws IOException {
        for (String body :
                List.of("", "{", "nonsense", "{}{}", "[1]", "{\"a\":1e", "[".repeat(5_000), "{\"a\":".repeat(5_000))) {
            refused("POST " + WIDGETS, JSON, body, 400, "BadRequest");
        }
        for (String body : List.of("a: [", "&a [*a]", "a: 1\n---\nb: 2", "just text", "- ".repeat(5_000))) {
            refused("POST " + WIDGETS, YAML, body, 400, "BadRequest");
        }
        for (String body : List.of("", "k8s", "k8s\0\n", "k8s\0\n\2\n", "k8s\0\n\7\n\2v1\22\1X\22", "\nk8s\0")) {
            if (!body.equals("k8s\0\n\7\n\2v1\22\1X\22")) {
                refused("POST " + MAPS, PROTOBUF, body, 400, "BadRequest");
            }
        }
        refused("POST " + WIDGETS, PROTOBUF, "k8s\0\n\15\n\2v1\22\7Service", 415, "UnsupportedMediaType");
        refused("PATCH " + WIDGETS + "/a", MERGE, "[]", 404, "NotFound");
    }

    @Test
    void bodiesThatAreTooLarge() throws IOException {
        byte[] large = new byte[50 * 1024 * 1024];
        java.util.Arrays.fill(large, (byte) ' ');
        refused("POST " + WIDGETS, JSON, large, 413, "RequestEntityTooLarge");
        refused("POST " + MAPS, PROTOBUF, large, 413, "RequestEntityTooLarge");
        String cause = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"annotations\":"
                + "{\"kubernetes.io/change-cause\":\"" + "x".repeat(1 << 20) + "\"}}}";
        refused("POST " + MAPS, JSON, cause, 422, "Invalid");
    }

    @Test
    void namesKindsAndVersionsThatDoNotExist() throws IOException {
        String spec = "{\"image\":\"a\"}";
        for (String name : List.of("Bad_Name", "-a", "a..b", "a/b", "\\u0000", "a".repeat(254))) {
            refused("POST " + WIDGETS, JSON, widget(name, spec), 422, "Invalid");
        }
        String good = widget("good", spec);
        refused("POST " + WIDGETS.replace("widgets", "things"), JSON, good, 404, "NotFound");
        refused("POST " + WIDGETS.replace("/v1/", "/v2/"), JSON, good, 404, "NotFound");
        refused("POST " + WIDGETS.replace("default", "nowhere"), JSON, good, 404, "NotFound");
        refused("POST " + WIDGETS, JSON, good.replace("Widget", "Gadget"), 422, "Invalid");
        refused("POST " + WIDGETS, JSON, good.replace("cairn.dev/v1", "cairn.dev/v2"), 400, "BadRequest");
        refused("DELETE " + WIDGETS + "/absent", JSON, "", 404, "NotFound");
        refused("PUT " + WIDGETS, JSON, good, 405, "MethodNotAllowed");
    }

    @Test
    void changesThatCannotBe() throws IOException {
        send(
                "POST " + WIDGETS,
                JSON,
                widget("a", "{\"image\":\"a\",\"size\":3}").getBytes(StandardCharsets.UTF_8));
        String at = WIDGETS + "/a";
        String stale = widget("a", "{\"image\":\"a\"}").replace("\"name\"", "\"resourceVersion\":\"1\",\"name\"");
        refused("PUT " + at, JSON, stale, 409, "Conflict");
        refused("POST " + WIDGETS, JSON, widget("a", "{\"image\":\"a\"}"), 409, "AlreadyExists");
        refused(
                "PATCH " + at + "?fieldManager=other",
                APPLY,
                widget("a", "{\"image\":\"a\",\"size\":4}"),
                409,
                "Conflict");
        refused("PATCH " + at, MERGE, "{\"spec\":{\"size\":\"many\"}}", 422, "Invalid");
        refused("PATCH " + at, MERGE, "{\"spec\":{\"size\":99}}", 422, "Invalid");
        refused("PATCH " + at, MERGE, "{\"spec\":null}", 422, "Invalid");
        refused("PATCH " + at, MERGE, "[]", 400, "BadRequest");
        refused("PATCH " + at, JSON_PATCH, "[{\"op\":\"test\",\"path\":\"/spec/size\",\"value\":4}]", 422, "Invalid");
        refused("PATCH " + at, JSON_PATCH, "[{\"op\":\"remove\",\"path\":\"/spec/none\"}]", 422, "Invalid");
        refused("PATCH " + at, JSON_PATCH, "[{\"op\":\"add\",\"path\":\"/metadata\",\"value\":7}]", 400, "BadRequest");
        refused("PATCH " + at, JSON, "{}", 415, "UnsupportedMediaType");
        refused("PATCH " + at, "application/strategic-merge-patch+json", "{}", 415, "UnsupportedMediaType");
        refused("PATCH " + at, "text/plain", "{}", 415, "UnsupportedMediaType");
        refused("DELETE " + at, JSON, "{\"preconditions\":{\"uid\":\"other\"}}", 409, "Conflict");
    }
}
