package dev.cairn.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.admission.Admission;
import dev.cairn.embedded.admission.Admission.Operation;
import dev.cairn.embedded.admission.Admission.Verdict;
import dev.cairn.embedded.store.Json;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiTest {
    private static final String WIDGETS = "/apis/test.cairn.dev/v1/namespaces/default/widgets";
    private static final String JSON = "application/json";

    @TempDir
    static Path directory;

    private static TestApi test;
    private static KubernetesClient client;

    @BeforeAll
    static void start() throws Exception {
        test = new TestApi(directory.resolve("data"));
        client = test.client();
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        test.close();
    }

    @AfterEach
    void allowAgain() {
        test.admission = Admission.ALLOW_ALL;
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
    }

    private static String widget(String name, String spec) {
        return "{\"apiVersion\":\"test.cairn.dev/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"" + name
                + "\"},\"spec\":" + spec + "}";
    }

    private static ConfigMap configMap(String name, String namespace, HasMetadata... owners) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withOwnerReferences(java.util.Arrays.stream(owners)
                        .map(owner -> new OwnerReferenceBuilder()
                                .withApiVersion(owner.getApiVersion())
                                .withKind(owner.getKind())
                                .withName(owner.getMetadata().getName())
                                .withUid(owner.getMetadata().getUid())
                                .withBlockOwnerDeletion(true)
                                .build())
                        .toList())
                .endMetadata()
                .build();
    }

    private static boolean exists(HasMetadata object) {
        return client.resource(object).get() != null;
    }

    @Test
    void secretsOnDiskAreForTheirOwnerOnly() throws Exception {
        for (String file : List.of("tls.key", "admin.token", "operator.token")) {
            Path path = directory.resolve("data").resolve(file);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
        }
        Path kubeconfig = directory.resolve("kubeconfig");
        test.api.writeKubeconfig(kubeconfig);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kubeconfig)))
                .isEqualTo("rw-------");
    }

    @Test
    void withoutATokenNothingIsServed() throws Exception {
        var request = HttpRequest.newBuilder(java.net.URI.create(test.api.url() + WIDGETS));
        var response = test.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(401);
        var wrong = request.header("Authorization", "Bearer nonsense").build();
        assertThat(test.http.send(wrong, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void generationRisesWithTheSpecOnlyAndStatusIsApart() {
        Widget created = client.resource(Widget.named("gen", "a")).create();
        assertThat(created.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(created.getMetadata().getUid()).isNotBlank();
        assertThat(created.getSpec().color).isEqualTo("red");

        created.setStatus(new Widget.Status());
        created.getStatus().size = 7;
        created.getSpec().size = 5;
        Widget afterStatus = client.resource(created).updateStatus();
        assertThat(afterStatus.getStatus().size).isEqualTo(7);
        assertThat(afterStatus.getSpec().size).isEqualTo(1);
        assertThat(afterStatus.getMetadata().getGeneration()).isEqualTo(1);

        afterStatus.getSpec().size = 5;
        afterStatus.getStatus().size = 99;
        Widget afterSpec = client.resource(afterStatus).update();
        assertThat(afterSpec.getSpec().size).isEqualTo(5);
        assertThat(afterSpec.getStatus().size).isEqualTo(7);
        assertThat(afterSpec.getMetadata().getGeneration()).isEqualTo(2);

        afterSpec.getMetadata().setLabels(Map.of("a", "b"));
        afterSpec.getMetadata().setUid(null);
        Widget afterLabel = client.resource(afterSpec).update();
        assertThat(afterLabel.getMetadata().getGeneration()).isEqualTo(2);
        assertThat(afterLabel.getMetadata().getUid())
                .isEqualTo(created.getMetadata().getUid());
    }

    @Test
    void anUpdateThatChangesNothingIsNoWrite() throws Exception {
        String body = widget("same", "{\"image\":\"a\"}");
        test.send("POST", WIDGETS, JSON, body);
        JsonNode before = json(test.send("PUT", WIDGETS + "/same", JSON, body));
        JsonNode after = json(test.send("PUT", WIDGETS + "/same", JSON, body));
        assertThat(after).isEqualTo(before);
        String apply = WIDGETS + "/same?fieldManager=m&force=true";
        JsonNode applied = json(test.send("PATCH", apply, "application/apply-patch+yaml", body));
        assertThat(json(test.send("PATCH", apply, "application/apply-patch+yaml", body)))
                .isEqualTo(applied);
    }

    @Test
    void aStaleWriteIsAConflict() {
        Widget first = client.resource(Widget.named("stale", "a")).create();
        Widget changed = client.resource(first).get();
        changed.getSpec().size = 2;
        client.resource(changed).update();
        first.getSpec().size = 3;
        assertThatThrownBy(() -> client.resource(first).update())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409))
                .hasMessageContaining("the object has been modified; please apply your changes to the latest version");
        assertThatThrownBy(() -> client.resource(Widget.named("stale", "a")).create())
                .hasMessageContaining("widgets.test.cairn.dev \"stale\" already exists");
    }

    @Test
    void concurrentWritersLoseNothing() throws Exception {
        client.resource(configMap("counter", "default")).create();
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
        assertThat(client.configMaps().withName("counter").get().getData()).hasSize(40);
    }

    private static void addUntilItFits(String key) {
        for (boolean conflict = true; conflict; ) {
            try {
                client.configMaps()
                        .withName("counter")
                        .edit(map ->
                                new ConfigMapBuilder(map).addToData(key, "v").build());
                conflict = false;
            } catch (KubernetesClientException e) {
                assertThat(e.getCode()).isEqualTo(409);
            }
        }
    }

    @Test
    void refusalsAreStatusObjects() throws Exception {
        var invalid = test.send("POST", WIDGETS, JSON, widget("Bad_Name", "{\"image\":\"a\",\"size\":11}"));
        assertThat(invalid.statusCode()).isEqualTo(422);
        JsonNode status = json(invalid);
        assertThat(status.path("kind").asText()).isEqualTo("Status");
        assertThat(status.path("reason").asText()).isEqualTo("Invalid");
        assertThat(status.path("message").asText())
                .startsWith(
                        "Widget.test.cairn.dev \"Bad_Name\" is invalid: [metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123")
                .contains("size must not be above max");
        assertThat(status.path("details").path("causes")).hasSize(2);

        assertThat(test.send("GET", WIDGETS + "/absent", JSON, "").statusCode()).isEqualTo(404);
        assertThat(test.send("POST", WIDGETS, JSON, "not json").statusCode()).isEqualTo(400);
        assertThat(test.send("POST", WIDGETS, JSON, "{\"kind\":\"Other\"}").statusCode())
                .isEqualTo(400);
        assertThat(test.send("POST", WIDGETS, JSON, "[".repeat(5_000)).statusCode())
                .isEqualTo(400);
        assertThat(test.send("POST", WIDGETS, JSON, " ".repeat(4 * 1024 * 1024)).statusCode())
                .isEqualTo(413);
        assertThat(test.send("PATCH", WIDGETS + "/absent", "application/strategic-merge-patch+json", "{}")
                        .statusCode())
                .isEqualTo(415);
        assertThat(test.send("POST", WIDGETS.replace("default", "nowhere"), JSON, widget("x", "{\"image\":\"a\"}"))
                        .body())
                .contains("namespaces \\\"nowhere\\\" not found");
        assertThat(test.send("GET", "/apis/none/v1/things", JSON, "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void malformedUrlsAreBadRequests() throws Exception {
        String authorization = "Authorization: Bearer " + test.api.adminToken();
        for (String path : List.of("/api/v1/%zz", "/api/v1/namespaces?watch=%zz")) {
            assertThat(test.sendRaw("GET " + path + " HTTP/1.1", "Host: x", authorization))
                    .isEqualTo("HTTP/1.1 400");
        }
        assertThat(test.sendRaw("GET /api/v1/namespaces/a%2Fb HTTP/1.1", "Host: x", authorization))
                .isEqualTo("HTTP/1.1 404");
        assertThat(test.sendRaw("GET /healthz HTTP/1.1", "Host: x")).isEqualTo("HTTP/1.1 200");
    }

    @Test
    void unknownFieldsAreRefusedWarnedOfOrIgnoredAsAsked() throws Exception {
        String body = widget("strict", "{\"image\":\"a\",\"nope\":1}");
        var strict = test.send("POST", WIDGETS + "?fieldValidation=Strict", JSON, body);
        assertThat(strict.statusCode()).isEqualTo(400);
        assertThat(json(strict).path("message").asText())
                .isEqualTo("Widget in version \"v1\" cannot be handled as a Widget: strict decoding error:"
                        + " unknown field \"spec.nope\"");
        var warned = test.send("POST", WIDGETS + "?dryRun=All", JSON, body);
        assertThat(warned.statusCode()).isEqualTo(201);
        assertThat(warned.headers().allValues("Warning")).containsExactly("299 - \"unknown field \\\"spec.nope\\\"\"");
        var ignored = test.send("POST", WIDGETS + "?fieldValidation=Ignore", JSON, body);
        assertThat(ignored.headers().allValues("Warning")).isEmpty();
        assertThat(json(ignored).path("spec").has("nope")).isFalse();
    }

    @Test
    void aDryRunStoresNothing() throws Exception {
        var created = test.send("POST", WIDGETS + "?dryRun=All", JSON, widget("dry", "{\"image\":\"a\"}"));
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(json(created).path("spec").path("max").asInt()).isEqualTo(10);
        assertThat(test.send("GET", WIDGETS + "/dry", JSON, "").statusCode()).isEqualTo(404);
        assertThat(test.send("POST", WIDGETS + "?dryRun=All", JSON, widget("dry", "{}"))
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void namesAreGenerated() {
        Widget widget = Widget.named(null, "a");
        widget.getMetadata().setGenerateName("gen-");
        assertThat(client.resource(widget).create().getMetadata().getName()).matches("gen-[a-z0-9]{5}");
    }

    @Test
    void admissionSeesTheWriteAndItsVerdictReachesTheClient() throws Exception {
        List<Admission.Request> seen = new CopyOnWriteArrayList<>();
        test.admission = request -> {
            seen.add(request);
            assertThat(request.lister().list("", "namespaces", null)).hasSizeGreaterThanOrEqualTo(2);
            assertThat(request.lister().get("", "namespaces", "", "default")).isPresent();
            return request.operation() == Operation.DELETE
                    ? Verdict.refuse("widget adm must stay: \"it\" is needed", List.of("beware"))
                    : Verdict.allow(List.of("first", "second \"quoted\""));
        };
        var created = test.send("POST", WIDGETS, JSON, widget("adm", "{\"image\":\"a\"}"));
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().allValues("Warning"))
                .containsExactly("299 - \"first\"", "299 - \"second \\\"quoted\\\"\"");
        Admission.Request request = seen.get(0);
        assertThat(request.operation()).isEqualTo(Operation.CREATE);
        assertThat(request.user()).isEqualTo("admin");
        assertThat(request.oldObject()).isNull();
        assertThat(request.newObject().path("spec").path("color").asText()).isEqualTo("red");

        var refused = test.send("DELETE", WIDGETS + "/adm", JSON, "");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(json(refused).path("message").asText()).isEqualTo("widget adm must stay: \"it\" is needed");
        assertThat(refused.headers().allValues("Warning")).isEmpty();
        assertThat(test.send("GET", WIDGETS + "/adm", JSON, "").statusCode()).isEqualTo(200);

        try (KubernetesClient operator = test.client(test.api.operatorToken(), builder -> builder)) {
            Widget widget = operator.resources(Widget.class).withName("adm").get();
            widget.setStatus(new Widget.Status());
            widget.getStatus().size = 1;
            operator.resource(widget).updateStatus();
        }
        Admission.Request last = seen.get(seen.size() - 1);
        assertThat(last.user()).isEqualTo("system:serviceaccount:cairn-system:cairn");
        assertThat(last.subresource()).isEqualTo("status");
        assertThat(last.oldObject().has("status")).isFalse();
    }

    @Test
    void finalizersHoldAnObjectUntilTheyAreGone() {
        Widget widget = Widget.named("held", "a");
        widget.getMetadata().setFinalizers(new ArrayList<>(List.of("test.cairn.dev/hold")));
        client.resource(widget).create();
        client.resource(widget).delete();
        Widget deleting = client.resource(widget).get();
        assertThat(deleting.getMetadata().getDeletionTimestamp()).isNotBlank();
        assertThatThrownBy(() -> client.resources(Widget.class).withName("held").edit(w -> {
                    w.getMetadata().setFinalizers(new ArrayList<>(List.of("test.cairn.dev/hold", "other/new")));
                    return w;
                }))
                .hasMessageContaining("no new finalizers can be added if the object is being deleted");
        client.resources(Widget.class).withName("held").edit(w -> {
            w.getMetadata().setFinalizers(List.of());
            return w;
        });
        assertThat(exists(widget)).isFalse();
    }

    @Test
    void dependentsGoWithTheirLastOwner() {
        Widget one = client.resource(Widget.named("owner-1", "a")).create();
        Widget two = client.resource(Widget.named("owner-2", "a")).create();
        ConfigMap both =
                client.resource(configMap("of-both", "default", one, two)).create();
        ConfigMap single = client.resource(configMap("of-one", "default", one)).create();
        ConfigMap grandchild =
                client.resource(configMap("of-config-map", "default", single)).create();

        client.resource(one).delete();
        await().atMost(20, SECONDS).until(() -> !exists(single) && !exists(grandchild));
        ConfigMap left = client.resource(both).get();
        assertThat(left.getMetadata().getOwnerReferences()).hasSize(1);
        client.resource(two).delete();
        await().atMost(20, SECONDS).until(() -> !exists(both));
    }

    @Test
    void foregroundDeletionWaitsForDependentsAndOrphaningLeavesThem() {
        Widget owner = client.resource(Widget.named("fore", "a")).create();
        ConfigMap child = configMap("fore-child", "default", owner);
        child.getMetadata().setFinalizers(List.of("test.cairn.dev/hold"));
        client.resource(child).create();
        client.resource(owner)
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete();
        await().atMost(20, SECONDS)
                .until(() -> client.resource(child).get().getMetadata().getDeletionTimestamp() != null);
        assertThat(exists(owner)).isTrue();
        client.configMaps()
                .withName("fore-child")
                .edit(map -> new ConfigMapBuilder(map)
                        .editMetadata()
                        .withFinalizers()
                        .endMetadata()
                        .build());
        await().atMost(20, SECONDS).until(() -> !exists(owner));

        Widget left = client.resource(Widget.named("orphaner", "a")).create();
        ConfigMap orphan = client.resource(configMap("orphan", "default", left)).create();
        client.resource(left).withPropagationPolicy(DeletionPropagation.ORPHAN).delete();
        assertThat(exists(left)).isFalse();
        assertThat(client.resource(orphan).get().getMetadata().getOwnerReferences())
                .isEmpty();
    }

    @Test
    void anObjectWhoseOwnerIsGoneIsCollected() {
        Widget owner = client.resource(Widget.named("gone", "a")).create();
        client.resource(owner).delete();
        ConfigMap late = client.resource(configMap("late", "default", owner)).create();
        await().atMost(20, SECONDS).until(() -> !exists(late));
    }

    @Test
    void aDeletedNamespaceTakesItsContentAlong() {
        var namespace = new NamespaceBuilder()
                .withNewMetadata()
                .withName("temp")
                .endMetadata()
                .build();
        client.resource(namespace).create();
        ConfigMap held = configMap("held", "temp");
        held.getMetadata().setFinalizers(List.of("test.cairn.dev/hold"));
        client.resource(held).create();
        ConfigMap plain = client.resource(configMap("plain", "temp")).create();
        client.resource(namespace).delete();
        await().atMost(20, SECONDS).until(() -> !exists(plain));
        assertThat(client.resource(namespace).get().getStatus().getPhase()).isEqualTo("Terminating");
        assertThatThrownBy(() -> client.resource(configMap("more", "temp")).create())
                .hasMessageContaining("because it is being terminated");
        client.configMaps()
                .inNamespace("temp")
                .withName("held")
                .edit(map -> new ConfigMapBuilder(map)
                        .editMetadata()
                        .withFinalizers()
                        .endMetadata()
                        .build());
        await().atMost(20, SECONDS).until(() -> !exists(namespace));
        assertThatThrownBy(() -> client.namespaces().withName("default").delete())
                .hasMessageContaining("may not be deleted");
    }

    @Test
    void definitionsComeAndGo() throws Exception {
        String crd = ServeMain.widgets()
                .replace("widgets", "gadgets")
                .replace("widget", "gadget")
                .replace("Widget", "Gadget")
                .replace("wdg", "gdg");
        String path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        JsonNode created = json(test.send("POST", path, "application/yaml", crd));
        assertThat(created.path("status").path("conditions").toString()).contains("Established");
        String gadgets = WIDGETS.replace("widgets", "gadgets");
        String body = widget("g", "{\"image\":\"a\"}").replace("Widget", "Gadget");
        assertThat(test.send("POST", gadgets, JSON, body).statusCode()).isEqualTo(201);
        test.send("DELETE", path + "/gadgets.test.cairn.dev", JSON, "");
        await().atMost(20, SECONDS)
                .until(() -> test.send("GET", gadgets, JSON, "").statusCode() == 404);
        String broken = crd.replace("served: true", "served: false");
        assertThat(test.send("POST", path, "application/yaml", broken).statusCode())
                .isEqualTo(422);
        assertThat(test.send(
                                "PUT",
                                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.test.cairn.dev",
                                "application/yaml",
                                ServeMain.widgets().replace("scope: Namespaced", "scope: Cluster"))
                        .body())
                .contains("spec.scope")
                .contains("field is immutable");
        String builtIn = crd.replace("gadgets.test.cairn.dev", "leases.coordination.k8s.io")
                .replace("group: test.cairn.dev", "group: coordination.k8s.io")
                .replace("plural: gadgets", "plural: leases");
        assertThat(test.send("POST", path, "application/yaml", builtIn).body()).contains("built in");
    }

    @Test
    void eventsHaveTwoNames() throws Exception {
        String body = "{\"apiVersion\":\"events.k8s.io/v1\",\"kind\":\"Event\",\"metadata\":{\"name\":\"e1\"},"
                + "\"regarding\":{\"kind\":\"Widget\",\"name\":\"w\",\"uid\":\"u-1\"},\"note\":\"hello\",\"reason\":\"Why\"}";
        assertThat(test.send("POST", "/apis/events.k8s.io/v1/namespaces/default/events", JSON, body)
                        .statusCode())
                .isEqualTo(201);
        JsonNode core =
                json(test.send("GET", "/api/v1/events?fieldSelector=involvedObject.uid=u-1,reason=Why", JSON, ""));
        assertThat(core.path("items")).hasSize(1);
        assertThat(core.path("items").path(0).path("message").asText()).isEqualTo("hello");
        JsonNode alias = json(test.send("GET", "/apis/events.k8s.io/v1/namespaces/default/events/e1", JSON, ""));
        assertThat(alias.path("note").asText()).isEqualTo("hello");
        assertThat(alias.path("apiVersion").asText()).isEqualTo("events.k8s.io/v1");
        assertThat(json(test.send("GET", "/api/v1/events?fieldSelector=involvedObject.uid=other", JSON, ""))
                        .path("items"))
                .isEmpty();
    }

    @Test
    void selectorsAndCollectionDeletion() throws Exception {
        for (String name : List.of("sel-a", "sel-b")) {
            ConfigMap map = configMap(name, "default");
            map.getMetadata().setLabels(Map.of("sel", name));
            client.resource(map).create();
        }
        assertThat(client.configMaps().withLabel("sel").list().getItems()).hasSize(2);
        assertThat(client.configMaps().withLabel("sel", "sel-a").list().getItems())
                .hasSize(1);
        assertThat(client.configMaps()
                        .withField("metadata.name", "sel-b")
                        .list()
                        .getItems())
                .hasSize(1);
        assertThat(test.send("GET", WIDGETS + "?fieldSelector=spec.x=1", JSON, "")
                        .statusCode())
                .isEqualTo(400);
        test.send("DELETE", "/api/v1/namespaces/default/configmaps?labelSelector=sel", JSON, "");
        assertThat(client.configMaps().withLabel("sel").list().getItems()).isEmpty();
    }

    @Test
    void scaleIsAViewOfTheObject() throws Exception {
        client.resource(Widget.named("scaled", "a")).create();
        JsonNode scale = json(test.send("GET", WIDGETS + "/scaled/scale", JSON, ""));
        assertThat(scale.path("kind").asText()).isEqualTo("Scale");
        assertThat(scale.path("spec").path("replicas").asInt()).isEqualTo(1);
        var patched = test.send(
                "PATCH", WIDGETS + "/scaled/scale", "application/merge-patch+json", "{\"spec\":{\"replicas\":4}}");
        assertThat(patched.statusCode()).isEqualTo(200);
        assertThat(client.resources(Widget.class).withName("scaled").get().getSpec().size)
                .isEqualTo(4);
        assertThat(test.send("PUT", WIDGETS + "/scaled/scale", JSON, scale.toString())
                        .statusCode())
                .isEqualTo(409);
        var tooBig = test.send(
                "PATCH", WIDGETS + "/scaled/scale", "application/merge-patch+json", "{\"spec\":{\"replicas\":40}}");
        assertThat(tooBig.statusCode()).isEqualTo(422);
    }

    @Test
    void deletePreconditionsHold() throws Exception {
        Widget widget = client.resource(Widget.named("pre", "a")).create();
        var wrong = test.send("DELETE", WIDGETS + "/pre", JSON, "{\"preconditions\":{\"uid\":\"other\"}}");
        assertThat(wrong.statusCode()).isEqualTo(409);
        String right = "{\"preconditions\":{\"uid\":\"" + widget.getMetadata().getUid() + "\"}}";
        assertThat(test.send("DELETE", WIDGETS + "/pre", JSON, right).statusCode())
                .isEqualTo(200);
    }

    @Test
    void secretsTakePlainData() throws Exception {
        String body =
                "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"},\"stringData\":{\"p\":\"w\"}}";
        JsonNode secret = json(test.send("POST", "/api/v1/namespaces/default/secrets", JSON, body));
        assertThat(secret.path("data").path("p").asText()).isEqualTo("dw==");
        assertThat(secret.has("stringData")).isFalse();
    }
}
