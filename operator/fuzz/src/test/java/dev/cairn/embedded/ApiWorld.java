package dev.cairn.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.embedded.admission.Admission;
import dev.cairn.fuzz.Api;
import dev.cairn.fuzz.Fuzz;
import dev.cairn.fuzz.Severe;
import dev.cairn.fuzz.Wire;
import dev.cairn.fuzz.Wire.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;

/**
 * A server, and what holds for every request to it: never an answer of its own failure, after a refusal nothing is stored,
 * every refusal is a Status. An input is up to four requests between lines of {@code ==}, each of them: method and path;
 * the body's type; the body.
 */
final class ApiWorld {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String WIDGETS = "/widgets.test.cairn.dev";
    private static final int REMEMBERED = 12;
    private static final int LONGEST_HEAD = 15_000;
    private static final int BEFORE_CLEANING = 100;
    private static final byte[] NOTHING = {};

    private final Severe severe = Severe.listening();
    private final Wire wire;
    private final String definition;
    private final Deque<String> last = new ArrayDeque<>();
    private long revision;
    private int accepted;
    int requests;

    ApiWorld() throws IOException, GeneralSecurityException {
        try (var in = ApiWorld.class.getResourceAsStream("widgets.yaml")) {
            definition = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        wire = new Wire(new Api(List.of(definition), Admission.ALLOW_ALL).served());
        revision = settled();
    }

    /** Sends an input and checks each answer. */
    void check(byte[] input) throws IOException {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        String[] parts = text.split("\n==\n", 4);
        for (String part : parts) {
            List<String> lines = new ArrayList<>(Arrays.asList(part.split("\n", 3)));
            while (lines.size() < 3) {
                lines.add("");
            }
            check(lines.get(0), lines.get(1), lines.get(2).getBytes(StandardCharsets.ISO_8859_1));
        }
        if (accepted > BEFORE_CLEANING) {
            clean();
        }
    }

    private void check(String start, String type, byte[] body) throws IOException {
        last.add(start + "\n" + type + "\n" + new String(body, StandardCharsets.ISO_8859_1));
        if (last.size() > REMEMBERED) {
            last.remove();
        }
        requests++;
        if (!isHttp(start + type)) {
            // The server hangs up while it is still being told, and what it said may be lost on the way.
            wire.tell(start, type, body);
            return;
        }
        try {
            Answer answer = wire.ask(start, type, body);
            if (answer.code() == 504) {
                // as Kubernetes answers who asks for a resource version of the future
                assertThat(answer.body()).contains("Timeout: Too large resource version");
            } else {
                assertThat(answer.code()).isBetween(200, 499);
            }
            assertThat(severe.heard()).isEmpty();
            if (answer.code() >= 400) {
                refusal(answer, start.startsWith("HEAD "));
                stored(start, type, body, answer);
            } else if (!start.startsWith("GET ")) {
                accepted++;
                revision = settled();
            }
        } catch (AssertionError | IOException e) {
            wire.close();
            throw new AssertionError(e.getMessage() + "\n\nafter:\n" + String.join("\n==\n", last), e);
        }
    }

    /** What follows from an accepted request may come late; only what is stored when this is asked again is its doing. */
    private void stored(String start, String type, byte[] body, Answer refusal) throws IOException {
        if (revision() != revision) {
            revision = settled();
            wire.ask(start, type, body);
            assertThat(revision()).as("stored in spite of %s", refusal).isEqualTo(revision);
        }
    }

    private static boolean isHttp(String head) {
        return head.length() < LONGEST_HEAD && head.chars().noneMatch(Character::isISOControl);
    }

    /** A Status, unless it was not even HTTP. */
    private static void refusal(Answer answer, boolean headOnly) throws IOException {
        if (headOnly || (answer.body().isEmpty() && List.of(400, 414, 431).contains(answer.code()))) {
            return;
        }
        JsonNode status = JSON.readTree(answer.body());
        assertThat(status.path("kind").asText()).as(answer.body()).isEqualTo("Status");
        assertThat(status.path("status").asText()).isEqualTo("Failure");
        assertThat(status.path("code").asInt()).isEqualTo(answer.code());
        assertThat(status.path("reason").asText()).isNotBlank();
        assertThat(status.path("message").asText())
                .isNotBlank()
                .doesNotContainPattern(Fuzz.OUR_CLASS)
                .doesNotContain("\tat ");
    }

    /** What the last write has led to is done as well: the server does it before it takes another one. */
    private long settled() throws IOException {
        byte[] body = "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"never\"}}"
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 3; i++) {
            wire.ask("POST /api/v1/namespaces?dryRun=All", "application/json", body);
        }
        return revision();
    }

    private long revision() throws IOException {
        return get("/api/v1/namespaces")
                .path("metadata")
                .path("resourceVersion")
                .asLong(-1);
    }

    private JsonNode get(String path) throws IOException {
        Answer answer = wire.ask("GET " + path, "", NOTHING);
        assertThat(answer.code()).as("the server still answers").isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    /** Takes away what the inputs have made. */
    void clean() throws IOException {
        restoreDefinition();
        for (JsonNode group : get("/apis").path("groups")) {
            String version = group.path("preferredVersion").path("groupVersion").asText();
            cleanGroup("/apis/" + version);
        }
        cleanGroup("/api/v1");
        for (JsonNode other : get(CRDS).path("items")) {
            remove(CRDS, other);
        }
        wire.ask("DELETE " + CRDS + WIDGETS, "", NOTHING);
        settled();
        restoreDefinition();
        revision = settled();
        accepted = 0;
    }

    private void restoreDefinition() throws IOException {
        wire.ask("PUT " + CRDS + WIDGETS, "application/yaml", definition.getBytes(StandardCharsets.UTF_8));
        wire.ask("POST " + CRDS, "application/yaml", definition.getBytes(StandardCharsets.UTF_8));
    }

    private void cleanGroup(String path) throws IOException {
        TreeSet<String> plurals = new TreeSet<>();
        for (JsonNode resource : get(path).path("resources")) {
            plurals.add(resource.path("name").asText());
        }
        plurals.removeIf(plural -> plural.contains("/") || plural.equals("customresourcedefinitions"));
        for (String plural : plurals) {
            Answer listed = wire.ask("GET " + path + "/" + plural, "", NOTHING);
            if (listed.code() == 200) {
                for (JsonNode item : JSON.readTree(listed.body()).path("items")) {
                    String namespace = item.path("metadata").path("namespace").asText("");
                    remove(path + (namespace.isEmpty() ? "" : "/namespaces/" + namespace) + "/" + plural, item);
                }
            }
        }
    }

    private void remove(String path, JsonNode item) throws IOException {
        String at = path + "/" + item.path("metadata").path("name").asText();
        wire.ask("DELETE " + at, "", NOTHING);
        wire.ask(
                "PATCH " + at,
                "application/merge-patch+json",
                "{\"metadata\":{\"finalizers\":null}}".getBytes(StandardCharsets.UTF_8));
    }

    /** Every input of the target. */
    static List<byte[]> seeds() throws Exception {
        return Fuzz.seeds(ApiFuzzTest.class);
    }
}
