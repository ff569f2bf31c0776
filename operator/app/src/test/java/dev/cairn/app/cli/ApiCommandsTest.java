package dev.cairn.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.api.ServiceResource;
import dev.cairn.app.TestApi;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** show, plan, release and pop against the embedded API; the test is the operator. */
class ApiCommandsTest {
    @TempDir
    Path directory;

    private @Nullable TestApi api;
    private final CommandLineRun.Recorder machinery = new CommandLineRun.Recorder();

    @BeforeEach
    void start() throws IOException {
        api = new TestApi(directory, ApiCommandsTest::review);
        api.apply("""
                apiVersion: cairn.dev/v1alpha1
                kind: Service
                metadata: {name: webapp, namespace: default}
                spec: {image: webapp, versions: [v0.1, v0.2, v0.3], stacks: 2}
                """);
    }

    @AfterEach
    void stop() throws IOException {
        api.close();
    }

    private static Admission.Verdict review(Admission.Request request) {
        if (request.newObject() == null || !request.kind().equals("Service")) {
            return Admission.Verdict.ALLOWED;
        }
        var versions = request.newObject().path("spec").path("versions");
        if (versions.size() < 3) {
            return Admission.Verdict.refuse("StackHeight: too\nlow", List.of());
        }
        boolean odd = versions.get(versions.size() - 1).asText().equals("v9");
        return Admission.Verdict.allow(odd ? List.of("this is \"odd\"") : List.of());
    }

    private CommandLineRun run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--kubeconfig=" + api.kubeconfig());
        return CommandLineRun.of(machinery, all.toArray(String[]::new));
    }

    private ServiceResource webapp() {
        return api.client()
                .resources(ServiceResource.class)
                .inNamespace("default")
                .withName("webapp")
                .get();
    }

    private void status(String ready, String stalled, String message) {
        long generation = webapp().getMetadata().getGeneration();
        String patch = """
                {"status": {"observedGeneration": %d, "versions": "v0.1,v0.2,v0.3", "conditions": [
                  {"type": "Ready", "status": "%s", "reason": "Because", "message": "%s"},
                  {"type": "Stalled", "status": "%s", "reason": "Because", "message": "%s"}]}}
                """.formatted(generation, ready, message, stalled, message);
        api.client()
                .resources(ServiceResource.class)
                .inNamespace("default")
                .withName("webapp")
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    @Test
    void releaseAppendsAndPopTakesTheLowest() {
        CommandLineRun release = run("release", "webapp", "v0.4", "--no-wait");
        assertThat(release.err()).isEmpty();
        assertThat(release.code()).isZero();
        assertThat(release.out())
                .contains("v0.4 starts on top of the 2 stacks of webapp, at position 3, which no stage names")
                .contains("cairn pop webapp");
        assertThat(webapp().getSpec().versions()).containsExactly("v0.1", "v0.2", "v0.3", "v0.4");
        CommandLineRun pop = run("pop", "webapp", "--no-wait");
        assertThat(pop.code()).isZero();
        assertThat(pop.out())
                .startsWith("v0.1 leaves every stack of webapp; all others move down one position:"
                        + " prod=v0.2 qa=v0.3 dev=v0.4");
        assertThat(webapp().getSpec().versions()).containsExactly("v0.2", "v0.3", "v0.4");
    }

    @Test
    void theApisRefusalIsShownInOneLine() {
        CommandLineRun pop = run("pop", "webapp");
        assertThat(pop.code()).isEqualTo(1);
        assertThat(pop.err()).hasLineCount(1).startsWith("error: ").contains("StackHeight: too low");
        CommandLineRun tag = run("release", "webapp", "no tag");
        assertThat(tag.code()).isEqualTo(1);
        assertThat(tag.err()).hasLineCount(1).contains("every version must be an image tag");
        assertThat(run("release", "nosuch", "v1").err())
                .isEqualTo(
                        "error: there is no Service nosuch in namespace default; see cairn show, or name its namespace"
                                + " with -n\n");
        assertThat(webapp().getSpec().versions()).containsExactly("v0.1", "v0.2", "v0.3");
    }

    @Test
    void theApisWarningsAreShown() {
        assertThat(run("release", "webapp", "v9", "--no-wait").err()).isEqualTo("warning: this is \"odd\"\n");
    }

    @Test
    void releaseWaitsUntilTheOperatorIsDone() {
        status("True", "False", "");
        CompletableFuture<CommandLineRun> run = CompletableFuture.supplyAsync(() -> run("release", "webapp", "v0.4"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> webapp().getSpec().versions().size() == 4);
        status("False", "False", "start webapp-stack0-app4");
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(60)).until(() -> !run.isDone());
        status("True", "False", "");
        assertThat(run.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join())
                .satisfies(done -> assertThat(done.code()).isZero())
                .satisfies(done -> assertThat(done.out())
                        .contains("start webapp-stack0-app4")
                        .contains("v0.4 runs on top of every stack of webapp"));
    }

    @Test
    void releaseFailsWithTheReason() {
        CompletableFuture<CommandLineRun> run = CompletableFuture.supplyAsync(() -> run("release", "webapp", "v0.4"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> webapp().getSpec().versions().size() == 4);
        status("False", "True", "there is no image webapp:v0.4");
        CommandLineRun done =
                run.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join();
        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err()).isEqualTo("error: Service webapp: Because: there is no image webapp:v0.4\n");
    }

    @Test
    void releaseGivesUpInTimeAndSaysWhatItWaitedFor() {
        CommandLineRun run = run("release", "webapp", "v0.4", "--timeout=2");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "error: Service webapp: NotSeenYet: the operator has not looked at it yet; not done after 2 s,"
                                + " and the operator goes on trying: see cairn show\n");
    }

    @Test
    void aConflictIsTriedAgain() {
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> busy = CompletableFuture.runAsync(() -> {
            for (int i = 0; !stop.get(); i++) {
                status("False", "False", "number " + i);
            }
        });
        for (int i = 4; i < 9; i++) {
            assertThat(run("release", "webapp", "v0." + i, "--no-wait").code()).isZero();
        }
        stop.set(true);
        busy.join();
        assertThat(webapp().getSpec().versions())
                .containsExactly("v0.1", "v0.2", "v0.3", "v0.4", "v0.5", "v0.6", "v0.7", "v0.8");
    }

    @Test
    void planTellsByItsExitCode() {
        assertThat(run("plan")).isEqualTo(new CommandLineRun(0, "nothing to do\n", ""));
        machinery.planning = (namespace, service, versions) -> List.of(namespace + " " + service + " " + versions);
        assertThat(run("plan")).isEqualTo(new CommandLineRun(2, "default webapp Optional.empty\n", ""));
        assertThat(run("plan", "webapp", "v1", "v2"))
                .isEqualTo(new CommandLineRun(2, "default webapp Optional[[v1, v2]]\n", ""));
        machinery.planning = (namespace, service, versions) -> {
            throw new IOException("no");
        };
        assertThat(run("plan")).isEqualTo(new CommandLineRun(1, "", "error: no\n"));
    }

    @Test
    void showPrintsTablesAndTree() {
        status("True", "False", "");
        assertThat(run("show").out()).startsWith("SERVICE  VERSIONS").contains("\nwebapp   prod=v0.1 qa=v0.2 dev=v0.3");
        assertThat(run("show", "nothing").out()).isEqualTo("nothing matches nothing\n");
        assertThat(run("show", "-n", "other").out()).isEqualTo("there is nothing yet\n");
    }

    @Test
    void anUnreachableApiIsOneLine() throws IOException {
        api.close();
        CommandLineRun run = run("show");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .hasLineCount(1)
                .contains("no API answers at https://127.0.0.1:")
                .contains("make up");
        Path none = directory.resolve("none");
        assertThat(CommandLineRun.of(machinery, "show", "--kubeconfig=" + none).err())
                .hasLineCount(1)
                .contains("there is no kubeconfig at " + none);
        Files.writeString(none, "a: [1");
        assertThat(CommandLineRun.of(machinery, "show", "--kubeconfig=" + none).err())
                .hasLineCount(1)
                .contains("cannot be used");
    }
}
