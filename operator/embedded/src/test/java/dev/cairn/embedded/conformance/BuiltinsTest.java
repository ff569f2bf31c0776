package dev.cairn.embedded.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.conformance.Cluster.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The built-in kinds that an operator and kubectl need. */
class BuiltinsTest extends OnCluster {
    private String core;

    @BeforeEach
    void corePath() {
        core = "/api/v1/namespaces/" + namespace;
    }

    @Test
    void secretsTakePlainDataAndKeepTheirType() {
        Answer made = cluster.post(core + "/secrets", """
                {apiVersion: v1, kind: Secret, metadata: {name: s}, data: {q: eA==}, stringData: {p: w, q: y}}
                """).expect(201);
        assertThat(made.json().path("data")).isEqualTo(Cluster.parse("{p: dw==, q: eQ==}"));
        assertThat(made.json().has("stringData")).isFalse();
        assertThat(made.at("/type")).isEqualTo("Opaque");
        Answer type = cluster.mergePatch(core + "/secrets/s", "{type: other}").expect(422);
        assertThat(causes(type)).containsExactly("type FieldValueInvalid");
        assertThat(type.message()).contains("field is immutable");
        cluster.post(core + "/secrets", "{apiVersion: v1, kind: Secret, metadata: {name: b}, data: {p: 'not base64!'}}")
                .expect(400);
        Answer key = cluster.mergePatch(core + "/secrets/s", "{stringData: {'a b': x}}")
                .expect(422);
        assertThat(causes(key)).containsExactly("data[a b] FieldValueInvalid");
        cluster.post(
                        core + "/secrets",
                        "{apiVersion: v1, kind: Secret, metadata: {name: d}, type: kubernetes.io/dockerconfigjson}")
                .expect(422);
        cluster.mergePatch(core + "/secrets/s", "{immutable: true}").expect(200);
        assertThat(causes(cluster.mergePatch(core + "/secrets/s", "{stringData: {p: x}}")
                        .expect(422)))
                .containsExactly("data FieldValueForbidden");
    }

    @Test
    void configMapsCanBeMadeImmutable() {
        createConfigMap("fixed", "");
        cluster.mergePatch(configMaps + "/fixed", "{immutable: true}").expect(200);
        assertThat(causes(cluster.mergePatch(configMaps + "/fixed", "{data: {a: c}}")
                        .expect(422)))
                .containsExactly("data FieldValueForbidden");
        assertThat(causes(cluster.mergePatch(configMaps + "/fixed", "{immutable: false}")
                        .expect(422)))
                .containsExactly("immutable FieldValueForbidden");
        cluster.mergePatch(configMaps + "/fixed", "{metadata: {labels: {a: b}}}")
                .expect(200);
        assertThat(causes(cluster.post(
                                configMaps, "{apiVersion: v1, kind: ConfigMap, metadata: {name: k}, data: {'a/b': x}}")
                        .expect(422)))
                .containsExactly("data[a/b] FieldValueInvalid");
        cluster.post(configMaps, "{apiVersion: v1, kind: ConfigMap, metadata: {name: k}, data: {a: 1}}")
                .expect(400);
        cluster.post(configMaps, "{apiVersion: v1, kind: ConfigMap, metadata: {name: Upper_Case}}")
                .expect(422);
    }

    @Test
    void builtInKindsDropUnknownFieldsOrRefuseThem() {
        String odd = "{apiVersion: v1, kind: ConfigMap, metadata: {name: odd, nope: 1}, more: 2}";
        Answer strict =
                cluster.post(configMaps + "?fieldValidation=Strict", odd).expect(400);
        assertThat(strict.message()).contains("unknown field \"metadata.nope\"").contains("unknown field \"more\"");
        Answer made = cluster.post(configMaps + "?fieldValidation=Ignore", odd).expect(201);
        assertThat(made.json().has("more")).isFalse();
        assertThat(meta(made.json()).has("nope")).isFalse();
    }

    @Test
    void eventsHaveTwoNames() {
        String body = """
                {apiVersion: events.k8s.io/v1, kind: Event, metadata: {name: e1}, type: Normal, action: Act,
                 reportingController: c.dev/c, reportingInstance: i, eventTime: "2026-01-01T00:00:00.000000Z",
                 regarding: {kind: Widget, name: w, namespace: %s, uid: u-1}, note: hello, reason: Why}
                """.formatted(namespace);
        String events = "/apis/events.k8s.io/v1/namespaces/" + namespace + "/events";
        cluster.post(events, body).expect(201);
        JsonNode found = cluster.get(core + "/events?fieldSelector=involvedObject.uid=u-1,reason=Why,type=Normal")
                .expect(200)
                .json();
        assertThat(names(found)).containsExactly("e1");
        assertThat(found.at("/items/0/message").asText()).isEqualTo("hello");
        assertThat(found.at("/items/0/involvedObject/name").asText()).isEqualTo("w");
        Answer alias = cluster.get(events + "/e1").expect(200);
        assertThat(alias.at("/note")).isEqualTo("hello");
        assertThat(alias.at("/apiVersion")).isEqualTo("events.k8s.io/v1");
        assertThat(names(cluster.get(core + "/events?fieldSelector=involvedObject.uid=other")
                        .json()))
                .isEmpty();
        cluster.get(core + "/events?fieldSelector=message=x").expect(400);
    }

    @Test
    void anEventBelongsToTheNamespaceOfItsObject() {
        String event =
                "{apiVersion: v1, kind: Event, metadata: {name: e%s}, involvedObject: {kind: Widget, name: w%s}}";
        cluster.post(core + "/events", event.formatted("1", ", namespace: " + namespace))
                .expect(201);
        Answer wrong = cluster.post(core + "/events", event.formatted("2", ", namespace: default"))
                .expect(422);
        assertThat(causes(wrong)).containsExactly("involvedObject.namespace FieldValueInvalid");
    }

    @Test
    void leasesAreTakenByOne() {
        String leases = "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
        Answer made = cluster.post(leases, """
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: l}
                spec: {holderIdentity: one, leaseDurationSeconds: 15, acquireTime: "2026-01-01T00:00:00.000000Z",
                       renewTime: "2026-01-01T00:00:00.000000Z", leaseTransitions: 0}
                """).expect(201);
        assertThat(made.at("/spec/renewTime")).isEqualTo("2026-01-01T00:00:00.000000Z");
        ObjectNode mine = (ObjectNode) made.json().deepCopy();
        spec(mine).put("holderIdentity", "two");
        cluster.put(leases + "/l", mine).expect(200);
        ObjectNode late = (ObjectNode) made.json().deepCopy();
        spec(late).put("holderIdentity", "three");
        cluster.put(leases + "/l", late).expect(409);
        assertThat(cluster.get(leases + "/l").at("/spec/holderIdentity")).isEqualTo("two");
        Answer wrong = cluster.mergePatch(leases + "/l", "{spec: {leaseDurationSeconds: 0}}")
                .expect(422);
        assertThat(causes(wrong)).containsExactly("spec.leaseDurationSeconds FieldValueInvalid");
        ObjectNode text = (ObjectNode) cluster.get(leases + "/l").json();
        spec(text).put("leaseDurationSeconds", "text");
        cluster.put(leases + "/l", text).expect(400);
    }

    @Test
    void webhooksAreRegistered() {
        String path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
        String name = "conformance-" + namespace;
        String body = """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: %s}
                webhooks:
                - name: nobody.test.cairn.dev
                  clientConfig: {url: "https://127.0.0.1:9/none"}
                  rules: [{apiGroups: [test.cairn.dev], apiVersions: [v1], operations: [DELETE], resources: [nothings]}]
                  sideEffects: None
                  admissionReviewVersions: [v1]
                """.formatted(name);
        try {
            Answer made = cluster.post(path, body).expect(201);
            assertThat(made.json().at("/webhooks/0/failurePolicy").asText()).isEqualTo("Fail");
            assertThat(made.json().at("/webhooks/0/timeoutSeconds").asInt()).isEqualTo(10);
            assertThat(made.json().at("/webhooks/0/matchPolicy").asText()).isEqualTo("Equivalent");
            assertThat(made.json().at("/webhooks/0/rules/0/scope").asText()).isEqualTo("*");
            assertThat(made.json().at("/webhooks/0/namespaceSelector").isObject())
                    .isTrue();
            assertThat(made.at("/metadata/generation")).isEqualTo("1");
            String more = "{webhooks: [{name: nobody.test.cairn.dev, failurePolicy: %s}]}";
            assertThat(strategic(path + "/" + name, more.formatted("Ignore"))
                            .expect(200)
                            .at("/webhooks/0/timeoutSeconds"))
                    .isEqualTo("10");
            assertThat(cluster.get(path + "/" + name).at("/metadata/generation"))
                    .isEqualTo("2");
            strategic(path + "/" + name, more.formatted("Perhaps")).expect(422);
        } finally {
            cluster.delete(path + "/" + name).expect(200);
        }
        cluster.post(path, body.replace("  sideEffects: None\n", "")).expect(422);
    }

    private Answer strategic(String path, String yaml) {
        return cluster.send(
                "PATCH",
                path,
                "application/strategic-merge-patch+json",
                Cluster.parse(yaml).toString());
    }

    @Test
    void namesThatKubectlMayMeanAreServedEmpty() {
        assertThat(cluster.get(core + "/services").expect(200).at("/kind")).isEqualTo("ServiceList");
        assertThat(cluster.get(core + "/endpoints").expect(200).at("/kind")).isEqualTo("EndpointsList");
        assertThat(cluster.get("/api/v1/services").expect(200).at("/kind")).isEqualTo("ServiceList");
    }

    @Test
    void discoveryListsWhatIsServed() {
        JsonNode resources = cluster.get("/apis/test.cairn.dev/v1").expect(200).json();
        assertThat(resources.path("kind").asText()).isEqualTo("APIResourceList");
        assertThat(resources.at("/resources").toString())
                .contains("\"name\":\"widgets\"")
                .contains("\"name\":\"widgets/status\"")
                .contains("\"name\":\"widgets/scale\"")
                .contains("\"shortNames\":[\"wdg\"]");
        assertThat(cluster.get("/apis").expect(200).text()).contains("test.cairn.dev/v1");
        assertThat(cluster.get("/api").expect(200).at("/versions/0")).isEqualTo("v1");
        assertThat(cluster.get("/apis/test.cairn.dev").expect(200).at("/preferredVersion/version"))
                .isEqualTo("v1");
        assertThat(cluster.get("/healthz").expect(200).text()).isEqualTo("ok");
        cluster.get("/openapi/v2").expect(200);
        assertThat(cluster.get("/apis/none.example.com").expect(404).code()).isEqualTo(404);
    }
}
