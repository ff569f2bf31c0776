package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl 1.20 cannot, or does otherwise; see docs/embedded-api.md. */
class CurrentKubectlTest extends OnCluster {
    @TempDir
    static Path directory;

    private Kubectl kubectl;

    @BeforeEach
    void useNamespace() throws Exception {
        kubectl = Kubectl.current(cluster.kubeconfig, directory).in(namespace);
        assumeTrue(kubectl.run("events", "--help").code() == 0, "the kubectl of this machine is an old one");
    }

    private static Path file(String name, String spec) throws Exception {
        return Files.writeString(directory.resolve(name + ".yaml"), widget(name, spec));
    }

    @Test
    void clientSideAppliedObjectsMoveToServerSideApply() throws Exception {
        Path file = file("moved", "{image: nginx, size: 2}");
        kubectl.ok("apply", "-f", file);
        kubectl.ok("apply", "--server-side", "-f", file);
        file("moved", "{image: nginx}");
        kubectl.ok("apply", "--server-side", "-f", file);
        assertThat(kubectl.ok("get", "wdg", "moved", "-o", "jsonpath={.spec.size}"))
                .isEqualTo("1");
    }

    @Test
    void strictFieldsSubresourcesAndManagedFields() throws Exception {
        assertThat(kubectl.run("apply", "-f", file("unknown", "{image: nginx, nope: 1}"))
                        .output())
                .contains("strict decoding error: unknown field \"spec.nope\"");
        assertThat(kubectl.run("create", "--validate=warn", "-f", file("warned", "{image: nginx, nope: 1}"))
                        .output())
                .contains("Warning: unknown field \"spec.nope\"")
                .contains("created");
        assertThat(kubectl.ok("get", "wdg", "warned", "-o", "yaml")).doesNotContain("managedFields");
        assertThat(kubectl.ok("get", "wdg", "warned", "-o", "yaml", "--show-managed-fields"))
                .contains("managedFields");
        kubectl.ok("patch", "wdg", "warned", "--subresource=status", "--type=merge", "-p", "{\"status\":{\"size\":4}}");
        assertThat(kubectl.ok("get", "wdg", "warned", "--subresource=status", "-o", "jsonpath={.status.size}"))
                .isEqualTo("4");
        assertThat(kubectl.ok("get", "wdg", "warned", "--subresource=scale", "-o", "jsonpath={.status.replicas}"))
                .isEqualTo("4");
        assertThat(kubectl.run("apply", "-f", file("invalid", "{image: nginx, size: x}"))
                        .output())
                .contains("The Widget \"invalid\" is invalid:")
                .contains("spec.size: Invalid value: \"string\"");
    }

    @Test
    void waitForJsonPathAndCreation() throws Exception {
        CompletableFuture<Kubectl.Result> made = kubectl.later("wait", "wdg/jp", "--for=create", "--timeout=30s");
        kubectl.ok("apply", "-f", file("jp", "{image: nginx}"));
        assertThat(made.get(40, SECONDS).output()).contains("condition met");
        CompletableFuture<Kubectl.Result> sized =
                kubectl.later("wait", "wdg/jp", "--for=jsonpath={.spec.size}=3", "--timeout=30s");
        kubectl.ok("scale", "wdg", "jp", "--replicas=3");
        assertThat(sized.get(40, SECONDS).output()).contains("condition met");
    }

    @Test
    void eventsOfAnObject() throws Exception {
        kubectl.ok("apply", "-f", file("ev", "{image: nginx}"));
        String uid = kubectl.ok("get", "wdg", "ev", "-o", "jsonpath={.metadata.uid}");
        cluster.post("/api/v1/namespaces/" + namespace + "/events", """
                apiVersion: v1
                kind: Event
                metadata: {name: ev.1}
                involvedObject: {apiVersion: test.cairn.dev/v1, kind: Widget, name: ev, namespace: %s, uid: %s}
                type: Warning
                reason: Failed
                message: not well
                lastTimestamp: "2026-01-01T00:00:00Z"
                """.formatted(namespace, uid))
                .expect(201);
        assertThat(kubectl.ok("events", "--for=widget.test.cairn.dev/ev"))
                .containsPattern("Warning +Failed +Widget/ev +not well");
        assertThat(kubectl.ok("events", "--types=Normal")).contains("No events found");
    }

    @Test
    void whoAndWhich() throws Exception {
        assertThat(kubectl.ok("version")).containsPattern("Server Version: v1\\.\\d+");
        assumeTrue(cluster.atLeast(28), "whoami is served since Kubernetes 1.28");
        assertThat(kubectl.ok("auth", "whoami")).contains("Username");
        await().atMost(60, SECONDS)
                .until(() -> kubectl.run("explain", "wdg.spec").output().contains("How many."));
        assertThat(kubectl.ok("explain", "wdg.spec.color")).contains("ENUM:");
        assertThat(kubectl.ok("explain", "wdg", "--output=plaintext-openapiv2")).contains("metadata");
        assertThat(kubectl.ok("api-resources", "--categories=testing", "-o", "wide"))
                .contains("deletecollection")
                .contains("Widget")
                .doesNotContain("configmaps");
    }
}
