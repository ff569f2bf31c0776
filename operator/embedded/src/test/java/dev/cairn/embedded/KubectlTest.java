package dev.cairn.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.embedded.admission.Admission;
import dev.cairn.embedded.admission.Admission.Verdict;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real kubectl: the one on the PATH (or named by KUBECTL), and Debian's 1.20. */
class KubectlTest {
    @TempDir
    static Path directory;

    private static TestApi test;
    private static Kubectl kubectl;
    private static Kubectl old;

    @BeforeAll
    static void start() throws Exception {
        test = new TestApi(directory.resolve("data"));
        Path kubeconfig = directory.resolve("kubeconfig");
        test.api.writeKubeconfig(kubeconfig);
        kubectl = Kubectl.current(kubeconfig);
        old = Kubectl.version120(kubeconfig);
    }

    @AfterAll
    static void stop() throws Exception {
        test.close();
    }

    @AfterEach
    void allowAgain() {
        test.admission = Admission.ALLOW_ALL;
    }

    private static Path file(String name, String spec) throws Exception {
        return Files.writeString(directory.resolve(name + ".yaml"), """
                apiVersion: test.cairn.dev/v1
                kind: Widget
                metadata:
                  name: %s
                  labels: {app: %s}
                spec: %s
                """.formatted(name, name, spec));
    }

    @Test
    void versionAndResources() throws Exception {
        assertThat(kubectl.ok("version")).contains("Server Version: v1.32.4");
        assertThat(kubectl.ok("api-resources"))
                .containsPattern("widgets +wdg +test.cairn.dev/v1 +true +Widget")
                .containsPattern("namespaces +ns +v1 +false +Namespace");
        assertThat(kubectl.ok("auth", "whoami")).contains("admin");
        assertThat(kubectl.ok("auth", "can-i", "create", "widgets").strip()).isEqualTo("yes");
        assertThat(kubectl.ok("explain", "widget.spec.size"))
                .contains("How many.")
                .contains("<integer>");
    }

    @Test
    void applyGetPatchScaleDelete() throws Exception {
        Path one = file("apply", "{image: nginx, tags: [a]}");
        assertThat(kubectl.ok("apply", "-f", one)).contains("widget.test.cairn.dev/apply created");
        assertThat(kubectl.ok("apply", "-f", one)).contains("apply unchanged");
        file("apply", "{image: nginx, tags: [a], size: 2}");
        assertThat(kubectl.ok("apply", "--dry-run=server", "-f", one)).contains("configured (server dry run)");
        assertThat(kubectl.ok("get", "wdg", "apply", "-o", "jsonpath={.spec.size}"))
                .isEqualTo("1");
        assertThat(kubectl.run("diff", "-f", one).output())
                .contains("+  size: 2")
                .contains("-  size: 1");
        assertThat(kubectl.ok("apply", "-f", one)).contains("configured");

        assertThat(kubectl.ok("get", "wdg", "apply"))
                .containsPattern("NAME +SIZE +READY +AGE")
                .containsPattern("apply +2 +\\d+s");
        assertThat(kubectl.ok("get", "wdg", "apply", "-o", "wide"))
                .containsPattern("COLOR")
                .contains("red");
        assertThat(kubectl.ok("get", "wdg", "apply", "-o", "yaml"))
                .contains("image: nginx")
                .doesNotContain("managedFields");
        assertThat(kubectl.ok("get", "wdg", "apply", "-o", "json")).contains("\"generation\": 2");
        assertThat(kubectl.ok("get", "testing", "-l", "app=apply", "-o", "name").strip())
                .isEqualTo("widget.test.cairn.dev/apply");
        assertThat(kubectl.ok("get", "wdg", "-l", "app=none")).contains("No resources found");

        kubectl.ok("patch", "wdg", "apply", "--type=merge", "-p", "{\"spec\":{\"color\":\"blue\"}}");
        kubectl.ok(
                "patch",
                "wdg",
                "apply",
                "--type=json",
                "-p",
                "[{\"op\":\"add\",\"path\":\"/spec/tags/-\",\"value\":\"b\"}]");
        kubectl.ok("scale", "wdg", "apply", "--replicas=3");
        kubectl.ok("label", "wdg", "apply", "tier=x");
        kubectl.ok("annotate", "wdg", "apply", "note=y");
        assertThat(kubectl.ok(
                        "get",
                        "wdg",
                        "apply",
                        "-o",
                        "jsonpath={.spec.color} {.spec.tags} {.spec.size} {.metadata.labels.tier}"))
                .isEqualTo("blue [\"a\",\"b\"] 3 x");
        assertThat(kubectl.ok("delete", "wdg", "apply")).contains("deleted");
        assertThat(kubectl.run("get", "wdg", "apply").output())
                .contains("(NotFound): widgets.test.cairn.dev \"apply\" not found");
    }

    @Test
    void serverSideApplyConflictsAndForce() throws Exception {
        Path ssa = file("ssa", "{image: nginx, size: 2}");
        kubectl.ok("apply", "--server-side", "-f", ssa);
        kubectl.ok("scale", "wdg", "ssa", "--replicas=5");
        Kubectl.Result conflict = kubectl.run("apply", "--server-side", "-f", ssa);
        assertThat(conflict.code()).isNotZero();
        assertThat(conflict.output()).contains("Apply failed with 1 conflict").contains(".spec.size");
        kubectl.ok("apply", "--server-side", "--force-conflicts", "-f", ssa);
        assertThat(kubectl.ok("get", "wdg", "ssa", "-o", "jsonpath={.spec.size}"))
                .isEqualTo("2");
        file("ssa", "{image: nginx}");
        kubectl.ok("apply", "--server-side", "-f", ssa);
        assertThat(kubectl.ok("get", "wdg", "ssa", "-o", "jsonpath={.spec.size}"))
                .isEqualTo("1");
    }

    @Test
    void refusalsReadAsTheyShould() throws Exception {
        test.admission = request -> request.name().equals("refused")
                ? Verdict.refuse("Widget refused: size 1 is too small; use 2", List.of())
                : Verdict.allow(List.of("size is unusual"));
        Path refused = file("refused", "{image: nginx}");
        Kubectl.Result result = kubectl.run("apply", "-f", refused);
        assertThat(result.code()).isNotZero();
        assertThat(result.output()).contains("(Forbidden)").contains("Widget refused: size 1 is too small; use 2");
        assertThat(kubectl.run("apply", "-f", file("warned", "{image: nginx}")).output())
                .contains("Warning: size is unusual");
        assertThat(kubectl.run("apply", "-f", file("unknown", "{image: nginx, nope: 1}"))
                        .output())
                .contains("strict decoding error: unknown field \"spec.nope\"");
        assertThat(kubectl.run("apply", "-f", file("invalid", "{image: nginx, size: x}"))
                        .output())
                .contains("The Widget \"invalid\" is invalid: spec.size: Invalid value: \"string\"");
    }

    @Test
    void describeShowsEventsAndWaitSeesConditionsAndDeletion() throws Exception {
        kubectl.ok("apply", "-f", file("waited", "{image: nginx}"));
        String uid = kubectl.ok("get", "wdg", "waited", "-o", "jsonpath={.metadata.uid}");
        try (KubernetesClient client = test.client()) {
            client.resource(new EventBuilder()
                            .withNewMetadata()
                            .withName("waited.1")
                            .withNamespace("default")
                            .endMetadata()
                            .withNewInvolvedObject()
                            .withKind("Widget")
                            .withName("waited")
                            .withNamespace("default")
                            .withApiVersion("test.cairn.dev/v1")
                            .withUid(uid)
                            .endInvolvedObject()
                            .withType("Normal")
                            .withReason("Started")
                            .withMessage("all is well")
                            .build())
                    .create();
        }
        assertThat(kubectl.ok("describe", "wdg", "waited")).contains("Started").contains("all is well");
        assertThat(kubectl.ok("get", "events")).contains("all is well");

        CompletableFuture<Kubectl.Result> ready =
                kubectl.later("wait", "wdg/waited", "--for=condition=Ready", "--timeout=30s");
        kubectl.ok(
                "patch",
                "wdg",
                "waited",
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        assertThat(ready.get(40, SECONDS).output()).contains("condition met");
        CompletableFuture<Kubectl.Result> gone = kubectl.later("wait", "wdg/waited", "--for=delete", "--timeout=30s");
        kubectl.ok("delete", "wdg", "waited");
        assertThat(gone.get(40, SECONDS).code()).isZero();
    }

    @Test
    void getWatchesRows() throws Exception {
        Process watch = kubectl.start("get", "wdg", "-l", "app=seen", "-w", "--output-watch-events");
        try (var lines = new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
            kubectl.ok("apply", "-f", file("seen", "{image: nginx}"));
            assertThat(lines.readLine()).containsPattern("EVENT +NAME +SIZE");
            assertThat(lines.readLine()).containsPattern("ADDED +seen +1");
            kubectl.ok("scale", "wdg", "seen", "--replicas=7");
            assertThat(lines.readLine()).containsPattern("MODIFIED +seen +7");
            kubectl.ok("delete", "wdg", "seen");
            assertThat(lines.readLine()).containsPattern("DELETED +seen +7");
        } finally {
            watch.destroy();
        }
    }

    @Test
    void createOfBuiltInKinds() throws Exception {
        kubectl.ok("create", "namespace", "made");
        kubectl.ok("create", "configmap", "cm", "-n", "made", "--from-literal=a=b");
        kubectl.ok("create", "secret", "generic", "s", "-n", "made", "--from-literal=p=w");
        assertThat(kubectl.ok("get", "cm,secret", "-n", "made", "-o", "jsonpath={.items[*].data}"))
                .isEqualTo("{\"a\":\"b\"} {\"p\":\"dw==\"}");
        kubectl.ok("delete", "namespace", "made");
        assertThat(kubectl.ok("get", "ns", "-o", "name")).doesNotContain("made");
    }

    @Test
    void version120AppliesGetsWaitsAndDeletes() throws Exception {
        assertThat(old.ok("version")).contains("GitVersion:\"v1.20");
        Path file = file("aged", "{image: nginx}");
        assertThat(old.ok("apply", "-f", file)).contains("aged created");
        file("aged", "{image: nginx, size: 3}");
        assertThat(old.ok("apply", "--dry-run=server", "-f", file)).contains("server dry run");
        assertThat(old.ok("apply", "-f", file)).contains("aged configured");
        assertThat(old.ok("get", "wdg", "aged")).containsPattern("NAME +SIZE").containsPattern("aged +3");
        assertThat(old.ok("explain", "widget.spec.size")).contains("How many.");
        assertThat(old.run("apply", "-f", file("agedbad", "{image: nginx, nope: 1}"))
                        .output())
                .contains("unknown field \"nope\" in dev.cairn.test.v1.Widget.spec");
        CompletableFuture<Kubectl.Result> ready =
                old.later("wait", "wdg/aged", "--for=condition=Ready", "--timeout=30s");
        kubectl.ok(
                "patch",
                "wdg",
                "aged",
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        assertThat(ready.get(40, SECONDS).output()).contains("condition met");
        assertThat(old.ok("delete", "wdg", "aged")).contains("deleted");
    }
}
