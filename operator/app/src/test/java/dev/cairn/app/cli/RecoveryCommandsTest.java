package dev.cairn.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.app.Machinery;
import dev.cairn.app.TestApi;
import dev.cairn.app.up.LocalMachinery;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** export, import, backup and restore against the embedded API. */
class RecoveryCommandsTest {
    private static final String OBJECTS = """
            {apiVersion: v1, kind: Secret, metadata: {name: password}, stringData: {key: geheim}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: cairn.dev/v1alpha1, kind: Host, metadata: {name: h1}, spec: {docker: {url: 'unix:///x.sock'}}}
            ---
            apiVersion: cairn.dev/v1alpha1
            kind: ServiceStack
            metadata:
              name: webapp-stack0
              namespace: shop
              labels: {app.kubernetes.io/managed-by: cairn, cairn.dev/service: webapp}
              annotations: {cairn.dev/record: kept}
              finalizers: [cairn.dev/containers]
            spec: {serviceName: webapp, ordinal: 0, hostName: h1, change: 3, lastContainer: 7, containers: []}
            ---
            apiVersion: cairn.dev/v1alpha1
            kind: Service
            metadata:
              name: webapp
              namespace: shop
              annotations: {kubernetes.io/change-cause: "#7", cairn.dev/source-commit: abc}
            spec: {image: webapp, versions: [v0.1, v0.2, v0.3]}
            ---
            apiVersion: cairn.dev/v1alpha1
            kind: Endpoint
            metadata: {name: prod, namespace: shop}
            spec: {serviceName: webapp, stage: prod, port: 8080}
            """;

    private static final String OPERATOR = "system:serviceaccount:cairn-system:cairn";

    @TempDir
    Path temporary;

    private final CommandLineRun.Recorder machinery = new CommandLineRun.Recorder();

    /** As the real one: ServiceStacks are the operator's. */
    private static Admission.Verdict review(Admission.Request request) {
        return request.kind().equals("ServiceStack") && !request.user().equals(OPERATOR)
                ? Admission.Verdict.refuse("ServiceStacks are written by the operator only", List.of())
                : Admission.Verdict.ALLOWED;
    }

    private CommandLineRun run(Path state, String... words) {
        boolean named =
                !List.of("restore").contains(words[0]) && !Arrays.asList(words).contains("--offline");
        List<String> kubeconfig = named ? List.of("--kubeconfig=" + state.resolve("kubeconfig")) : List.of();
        return CommandLineRun.of(
                machinery,
                Stream.of(List.of(words), List.of("--state=" + state), kubeconfig)
                        .flatMap(List::stream)
                        .toArray(String[]::new));
    }

    private Path exported(String... words) throws IOException {
        Path out = temporary.resolve("out");
        try (TestApi api = new TestApi(temporary.resolve("a"), request -> Admission.Verdict.ALLOWED)) {
            api.apply(OBJECTS);
            String[] all = Stream.concat(Stream.of("export", "-o", out.toString()), Stream.of(words))
                    .toArray(String[]::new);
            CommandLineRun run = run(temporary.resolve("a"), all);
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).endsWith(" objects written to " + out + "\n");
            assertThat(run(temporary.resolve("a"), "export", "-o", out.toString())
                            .err())
                    .isEqualTo("error: " + out
                            + " is not empty; name a new folder, since old files in it would be imported too\n");
            assertThat(run(temporary.resolve("a"), "export").out())
                    .contains("kind: \"Service\"\n", "kind: \"Host\"\n")
                    .doesNotContain("kind: \"Secret\"");
            assertThat(run(temporary.resolve("a"), "export", "-n", "other").out())
                    .contains("kind: \"Host\"")
                    .doesNotContain("kind: \"Service\"\n");
        }
        return out;
    }

    private static void assertImported(KubernetesClient client) {
        var stack = client.resources(ServiceStackResource.class)
                .inNamespace("shop")
                .withName("webapp-stack0")
                .get();
        assertThat(stack.getSpec().lastContainer()).isEqualTo(7);
        assertThat(stack.getMetadata().getAnnotations()).containsEntry("cairn.dev/record", "kept");
        assertThat(stack.getMetadata().getFinalizers()).containsExactly("cairn.dev/containers");
        var service = client.resources(ServiceResource.class)
                .inNamespace("shop")
                .withName("webapp")
                .get();
        assertThat(service.getSpec().versions()).containsExactly("v0.1", "v0.2", "v0.3");
        assertThat(service.getMetadata().getAnnotations()).containsEntry("kubernetes.io/change-cause", "#7");
        assertThat(client.resources(EndpointResource.class)
                        .inNamespace("shop")
                        .withName("prod")
                        .get())
                .isNotNull();
        assertThat(client.resources(HostResource.class).withName("h1").get()).isNotNull();
    }

    @Test
    void whatIsExportedCanBeImportedElsewhere() throws IOException {
        Path out = exported();
        assertThat(out.resolve("secrets")).doesNotExist();
        assertThat(Files.readString(out.resolve("services/shop.webapp.yaml")))
                .contains("versions:")
                .doesNotContain("status", "uid", "resourceVersion", "managedFields", "creationTimestamp", "generation")
                .doesNotContain("source-commit");
        Path state = temporary.resolve("b");
        try (TestApi api = new TestApi(state, RecoveryCommandsTest::review)) {
            CommandLineRun run = run(state, "import", out.toString());
            assertThat(run.err()).isEmpty();
            assertThat(run.out().lines())
                    .containsExactly(
                            "Host h1 created",
                            "ServiceStack shop/webapp-stack0 created",
                            "Endpoint shop/prod created",
                            "Service shop/webapp created",
                            "4 objects created");
            assertImported(api.client());
            assertThat(run(state, "import", out.toString()).out())
                    .contains("ServiceStack shop/webapp-stack0 left out: its service exists already")
                    .endsWith("0 objects created\n");
            api.client()
                    .resources(ServiceResource.class)
                    .inNamespace("shop")
                    .withName("webapp")
                    .delete();
            Files.writeString(out.resolve("bad.yaml"), "a: [");
            assertThat(run(state, "import", out.toString()).err())
                    .hasLineCount(1)
                    .contains("bad.yaml: not YAML: line 1", "nothing was imported");
            assertThat(api.client()
                            .resources(ServiceResource.class)
                            .inNamespace("shop")
                            .withName("webapp")
                            .get())
                    .isNull();
        }
    }

    @Test
    void withoutTheOperatorsTokenItsRecordsAreRefused() throws IOException {
        Path out = exported();
        Path state = temporary.resolve("b");
        try (TestApi api = new TestApi(state, RecoveryCommandsTest::review)) {
            Files.delete(state.resolve("api/operator.token"));
            assertThat(run(state, "import", out.toString()).err())
                    .hasLineCount(1)
                    .contains("ServiceStack shop/webapp-stack0: ", "written by the operator only");
        }
    }

    @Test
    void anImportIntoAStoppedStateNeedsNoApi() throws IOException {
        Path out = exported("--secrets");
        assertThat(Files.getPosixFilePermissions(out.resolve("secrets/default.password.yaml")))
                .hasSize(2);
        Path state = Files.createDirectory(temporary.resolve("c"));
        CommandLineRun run = run(state, "import", out.toString(), "--offline");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).endsWith("5 objects created\n").doesNotContain("geheim", "Z2VoZWlt");
        try (Machinery.Served served = new LocalMachinery().serve(state);
                KubernetesClient client =
                        new KubernetesClientBuilder().withConfig(served.user()).build()) {
            assertImported(client);
            assertThat(client.secrets()
                            .inNamespace("default")
                            .withName("password")
                            .get()
                            .getData())
                    .containsEntry("key", "Z2VoZWlt");
        }
    }

    private static long revision(KubernetesClient client) {
        return Long.parseLong(
                client.resources(HostResource.class).list().getMetadata().getResourceVersion());
    }

    @Test
    void aBackupIsPutBackAndRevisionsNeverFall() throws IOException {
        Path state = temporary.resolve("a");
        Path file = temporary.resolve("backup");
        String uid;
        long last;
        try (TestApi api = new TestApi(state, request -> Admission.Verdict.ALLOWED)) {
            api.apply(OBJECTS);
            uid = api.client()
                    .resources(HostResource.class)
                    .withName("h1")
                    .get()
                    .getMetadata()
                    .getUid();
            CommandLineRun backup = run(state, "backup", file.toString());
            assertThat(backup.err()).isEmpty();
            assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
            api.client().resources(HostResource.class).withName("h1").delete();
            last = revision(api.client());
            assertThat(run(state, "restore", file.toString(), "--force").err()).contains("in use");
        }
        assertThat(run(state, "restore", file.toString()).err()).hasLineCount(1).contains("is not empty; with --force");
        byte[] whole = Files.readAllBytes(file);
        Path cut = Files.write(temporary.resolve("cut"), Arrays.copyOf(whole, whole.length - 20));
        assertThat(run(state, "restore", cut.toString(), "--force").err())
                .hasLineCount(1)
                .contains("the backup cannot be used");
        CommandLineRun restore = run(state, "restore", file.toString(), "--force");
        assertThat(restore.err()).isEmpty();
        try (TestApi api = new TestApi(state, request -> Admission.Verdict.ALLOWED)) {
            assertImported(api.client());
            assertThat(api.client()
                            .resources(HostResource.class)
                            .withName("h1")
                            .get()
                            .getMetadata()
                            .getUid())
                    .isEqualTo(uid);
            assertThat(revision(api.client())).isGreaterThan(last);
        }
        Path elsewhere = temporary.resolve("d");
        assertThat(run(elsewhere, "restore", file.toString()).err()).isEmpty();
        try (TestApi api = new TestApi(elsewhere, request -> Admission.Verdict.ALLOWED)) {
            assertThat(api.client().resources(HostResource.class).withName("h1").get())
                    .isNotNull();
        }
    }
}
