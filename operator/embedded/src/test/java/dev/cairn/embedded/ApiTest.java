package dev.cairn.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.admission.Admission;
import dev.cairn.embedded.admission.Admission.Operation;
import dev.cairn.embedded.admission.Admission.Verdict;
import dev.cairn.embedded.conformance.Kubectl;
import dev.cairn.embedded.conformance.Widget;
import dev.cairn.embedded.store.Json;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the embedded API has: its secrets, its tokens, its admission. The rest is in the conformance suite. */
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
    void whoMayOnlyReadIsToldSoForEverythingElse(@TempDir Path home) throws Exception {
        Path kubeconfig = directory.resolve("kubeconfig.view");
        test.api.writeViewKubeconfig(kubeconfig);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kubeconfig)))
                .isEqualTo("rw-------");
        assertThat(test.send("POST", WIDGETS, JSON, widget("seen", "{\"image\":\"a\"}"))
                        .statusCode())
                .isEqualTo(201);
        Kubectl view = Kubectl.current(kubeconfig, home);
        assertThat(view.ok("get", "widgets", "-o", "name")).contains("widget.test.cairn.dev/seen");
        assertThat(view.ok("get", "--watch", "widgets", "seen", "--request-timeout=1s"))
                .contains("seen");
        assertThat(view.ok("api-resources")).contains("widgets");
        Path changed = Files.writeString(home.resolve("w.json"), widget("seen", "{\"image\":\"b\"}"));
        String where = " in API group \"test.cairn.dev\" in the namespace \"default\"";
        for (List<String> command : List.of(
                List.of("patch", "apply", "-f", changed.toString()),
                List.of("update", "replace", "-f", changed.toString()),
                List.of("delete", "delete", "widget", "seen"),
                List.of("patch", "scale", "widget", "seen", "--replicas=2"),
                List.of("patch", "label", "widget", "seen", "a=b"))) {
            Kubectl.Result result = view.run(command.subList(1, command.size()).toArray());
            assertThat(result.code()).as("%s", command).isNotZero();
            assertThat(result.output())
                    .contains("(Forbidden)")
                    .contains("widgets.test.cairn.dev \"seen\" is forbidden: User \"view\" cannot " + command.get(0)
                            + " resource \"widgets")
                    .contains(where);
        }
        assertThat(view.run("create", "-f", changed).output())
                .contains("widgets.test.cairn.dev is forbidden: User \"view\" cannot create");
        for (String secret :
                List.of("/secrets", "/secrets/x", "/secrets?watch=true", "/configmaps?watch=true&timeoutSeconds=1")) {
            var request =
                    HttpRequest.newBuilder(java.net.URI.create(test.api.url() + "/api/v1/namespaces/default" + secret));
            var answer = test.http.send(
                    request.header("Authorization", "Bearer " + test.api.viewToken())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(secret).isEqualTo(secret.startsWith("/secrets") ? 403 : 200);
        }
        assertThat(view.run("get", "--raw", "/backup").output()).contains("User \"view\" cannot get path \"/backup\"");
        assertThat(test.send("GET", WIDGETS + "/seen", JSON, "").body()).contains("\"image\":\"a\"");
        assertThat(view.ok("auth", "can-i", "get", "widgets").strip()).isEqualTo("yes");
        for (String not : List.of("create widgets", "get secrets", "* *", "get /backup")) {
            assertThat(view.run((Object[]) ("auth can-i " + not).split(" ")).output())
                    .as(not)
                    .startsWith("no");
        }
        assertThat(view.ok("auth", "can-i", "--list"))
                .contains("widgets.test.cairn.dev")
                .doesNotContain("secrets");
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
    void kubectlShowsTheVerdict(@TempDir Path home) throws Exception {
        test.admission = request -> request.name().equals("refused")
                ? Verdict.refuse("Widget refused: size 1 is too small; use 2", List.of())
                : Verdict.allow(List.of("size is unusual"));
        Path kubeconfig = directory.resolve("kubeconfig");
        test.api.writeKubeconfig(kubeconfig);
        Kubectl kubectl = Kubectl.current(kubeconfig, home);
        Path refused = Files.writeString(home.resolve("refused.json"), widget("refused", "{\"image\":\"nginx\"}"));
        Kubectl.Result result = kubectl.run("apply", "-f", refused);
        assertThat(result.code()).isNotZero();
        assertThat(result.output()).contains("(Forbidden)").contains("Widget refused: size 1 is too small; use 2");
        Path warned = Files.writeString(home.resolve("warned.json"), widget("warned", "{\"image\":\"nginx\"}"));
        assertThat(kubectl.run("apply", "-f", warned).output()).contains("Warning: size is unusual");
    }

    @Test
    void aBuiltInKindCannotBeDefined() throws Exception {
        String builtIn = ServeMain.widgets()
                .replace("widgets.test.cairn.dev", "leases.coordination.k8s.io")
                .replace("group: test.cairn.dev", "group: coordination.k8s.io")
                .replace("plural: widgets", "plural: leases");
        String path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        assertThat(test.send("POST", path, "application/yaml", builtIn).body()).contains("built in");
    }
}
