package dev.cairn.embedded.conformance;

import static java.net.http.HttpClient.Version.HTTP_1_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.embedded.conformance.Cluster.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is wrong is refused with the code and the reason of Kubernetes, and nothing is stored. */
class RefusalsTest extends OnCluster {
    private static final String GOOD = "{image: a}";

    @AfterEach
    void nothingIsStored() {
        assertThat(names(cluster.get(widgets).json())).isEmpty();
    }

    @Test
    void aRefusalIsAStatusWithItsCauses() {
        Answer invalid = cluster.post(widgets, widget("Bad_Name", "{image: a, size: 11}"))
                .expect(422);
        assertThat(invalid.at("/kind")).isEqualTo("Status");
        assertThat(invalid.at("/apiVersion")).isEqualTo("v1");
        assertThat(invalid.at("/status")).isEqualTo("Failure");
        assertThat(invalid.at("/code")).isEqualTo("422");
        assertThat(invalid.reason()).isEqualTo("Invalid");
        assertThat(invalid.at("/details/name")).isEqualTo("Bad_Name");
        assertThat(invalid.at("/details/group")).isEqualTo("test.cairn.dev");
        assertThat(invalid.at("/details/kind")).isEqualTo("Widget");
        assertThat(causes(invalid)).contains("metadata.name FieldValueInvalid");
        assertThat(invalid.message())
                .startsWith("Widget.test.cairn.dev \"Bad_Name\" is invalid: ")
                .contains("metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123");
    }

    @Test
    void whatDoesNotExist() {
        Answer absent = cluster.get(widgets + "/absent").expect(404);
        assertThat(absent.reason()).isEqualTo("NotFound");
        assertThat(absent.message()).isEqualTo("widgets.test.cairn.dev \"absent\" not found");
        assertThat(absent.at("/details/name")).isEqualTo("absent");
        assertThat(absent.at("/details/kind")).isEqualTo("widgets");
        cluster.mergePatch(widgets + "/absent", "{spec: {size: 1}}").expect(404);
        cluster.delete(widgets + "/absent").expect(404);
        cluster.mergePatch(widgets + "/absent/status", "{status: {size: 1}}").expect(404);
        cluster.get("/apis/none.example.com/v1/things").expect(404);
        cluster.get("/apis/test.cairn.dev/v7/widgets").expect(404);
        cluster.get("/apis/test.cairn.dev/v1/namespaces/" + namespace + "/nothings")
                .expect(404);
        cluster.get(configMaps + "/x/status").expect(404);
        Answer nowhere = cluster.post(widgets.replace(namespace, "no-such-namespace"), widget("x", GOOD));
        assertThat(nowhere.expect(404).message()).isEqualTo("namespaces \"no-such-namespace\" not found");
        assertThat(nowhere.reason()).isEqualTo("NotFound");
    }

    @Test
    void bodiesThatAreNone() {
        for (String body :
                new String[] {"not json", "", "[]", "{", "[".repeat(5_000), "\"text\"", "{\"kind\":\"Other\"}"}) {
            Answer answer = cluster.send("POST", widgets, Cluster.JSON, body);
            assertThat(answer.code()).as(body.length() > 20 ? "deep" : body).isEqualTo(400);
            assertThat(answer.reason()).isEqualTo("BadRequest");
        }
        cluster.send("POST", widgets, "application/yaml", "a: [").expect(400);
        cluster.send("POST", widgets, Cluster.JSON, widgetJson("Widgets", "test.cairn.dev/v1"))
                .expect(422);
        cluster.send("POST", widgets, Cluster.JSON, widgetJson("Widget", "test.cairn.dev/v2"))
                .expect(400);
        cluster.send("POST", widgets, "text/plain", widgetJson("Widget", "test.cairn.dev/v1"))
                .expect(415);
        cluster.send("PATCH", widgets + "/x", Cluster.JSON, "{}").expect(415);
        // just above the limit: a server closes the connection on what it has not read, which Java's client may see
        // first
        String tooMuch = " ".repeat(3 * 1024 * 1024 + 1);
        Answer large = cluster.send("POST", widgets, Cluster.JSON, tooMuch, request -> request.version(HTTP_1_1));
        assertThat(large.expect(413).reason()).isEqualTo("RequestEntityTooLarge");
    }

    private static String widgetJson(String kind, String apiVersion) {
        return Cluster.parse(widget("x", GOOD)
                        .replace("kind: Widget", "kind: " + kind)
                        .replace("test.cairn.dev/v1", apiVersion))
                .toString();
    }

    @Test
    void methodsThatAPathDoesNotHave() {
        String body = Cluster.parse(configMap("x", "")).toString();
        Answer put = cluster.send("PUT", configMaps, Cluster.JSON, body);
        assertThat(put.expect(405).reason()).isEqualTo("MethodNotAllowed");
        cluster.send("POST", configMaps + "/x", Cluster.JSON, body).expect(405);
    }

    @Test
    void metadataThatIsNone() {
        cluster.post(widgets, widget("x", GOOD).replace("{name: x}", "[]")).expect(400);
        cluster.post(widgets, widget("x", GOOD).replace("name: x", "name: x, labels: {a: 1}"))
                .expect(400);
        assertThat(causes(cluster.post(widgets, widget("x", GOOD).replace("name: x", "name: x, labels: {a b: c}"))
                        .expect(422)))
                .containsExactly("metadata.labels FieldValueInvalid");
        assertThat(causes(cluster.post(widgets, widget("x", GOOD).replace("name: x", "name: x, labels: {a: b c}"))
                        .expect(422)))
                .containsExactly("metadata.labels FieldValueInvalid");
        assertThat(causes(cluster.post(widgets, widget("x", GOOD).replace("name: x", "name: x, annotations: {a b: c}"))
                        .expect(422)))
                .containsExactly("metadata.annotations FieldValueInvalid");
        assertThat(causes(cluster.post(widgets, widget("x", GOOD).replace("name: x", "name: x, finalizers: [a b]"))
                        .expect(422)))
                .containsExactly("metadata.finalizers FieldValueInvalid");
        assertThat(causes(cluster.post(widgets, widget("x".repeat(254), GOOD)).expect(422)))
                .containsExactly("metadata.name FieldValueInvalid");
        assertThat(cluster.post(widgets, widget("x", GOOD).replace("name: x", "name: x, resourceVersion: \"1\""))
                        .message())
                .isEqualTo("resourceVersion should not be set on objects to be created");
        assertThat(cluster.post(widgets, widget("x", GOOD).replace("name: x", "name: x, namespace: default"))
                        .expect(400)
                        .message())
                .contains("the namespace of the provided object does not match the namespace sent on the request");
        String owner = "name: x, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: y}]";
        assertThat(causes(cluster.post(widgets, widget("x", GOOD).replace("name: x", owner))
                        .expect(422)))
                .containsExactly("metadata.ownerReferences.uid FieldValueInvalid");
    }

    @Test
    void unknownFieldsAreRefusedWarnedOfOrIgnoredAsAsked() {
        String body = widget("strict", "{image: a, nope: 1}");
        Answer strict = cluster.post(widgets + "?fieldValidation=Strict", body).expect(400);
        assertThat(strict.message())
                .isEqualTo("Widget in version \"v1\" cannot be handled as a Widget: strict decoding error:"
                        + " unknown field \"spec.nope\"");
        Answer warned =
                cluster.post(widgets + "?dryRun=All&fieldValidation=Warn", body).expect(201);
        assertThat(warned.warnings()).containsExactly("299 - \"unknown field \\\"spec.nope\\\"\"");
        assertThat(spec(warned.json()).has("nope")).isFalse();
        Answer silent = cluster.post(widgets + "?dryRun=All&fieldValidation=Ignore", body)
                .expect(201);
        assertThat(silent.warnings()).isEmpty();
        Answer twice = cluster.send(
                        "POST",
                        widgets + "?fieldValidation=Strict",
                        Cluster.JSON,
                        widgetJson("Widget", "test.cairn.dev/v1")
                                .replace("\"image\":\"a\"", "\"image\":\"a\",\"image\":\"b\""))
                .expect(400);
        assertThat(twice.message()).contains("strict decoding error: duplicate field \"spec.image\"");
        cluster.post(widgets + "?fieldValidation=Nonsense", widget("x", GOOD)).expect(422);
    }
}
