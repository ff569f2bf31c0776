package dev.cairn.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
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
import java.util.Map;
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
    void replaceGivesAPositionTheVersionOfItsNeighbour() {
        CommandLineRun run = run("replace", "webapp", "qa", "below", "--no-wait");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("position 1 of every stack of webapp gets v0.1: prod=v0.1 qa=v0.1 dev=v0.3");
        assertThat(webapp().getSpec().versions()).containsExactly("v0.1", "v0.1", "v0.3");
        assertThat(run("replace", "webapp", "1", "above", "--no-wait").code()).isZero();
        assertThat(webapp().getSpec().versions()).containsExactly("v0.1", "v0.3", "v0.3");
        assertThat(run("replace", "webapp", "qa", "above").err())
                .isEqualTo("error: position 1 of Service webapp has version v0.3 already\n");
        assertThat(run("replace", "webapp", "dev", "above").err())
                .hasLineCount(1)
                .contains("positions 0 to 2")
                .contains("nothing above position 2");
        assertThat(run("replace", "webapp", "beta", "above").err())
                .hasLineCount(1)
                .contains("has no stage beta; name one of prod, qa, dev");
        assertThat(run("replace", "webapp", "qa", "beside").code()).isEqualTo(2);
    }

    private void retained(String... versionsAndUntil) {
        StringBuilder retained = new StringBuilder();
        for (int i = 0; i < versionsAndUntil.length; i += 2) {
            retained.append("{container: {n: %d, version: %s, image: x, hostPort: 0}, until: '%s'},"
                    .formatted(i + 1, versionsAndUntil[i], versionsAndUntil[i + 1]));
        }
        api.apply("""
                apiVersion: cairn.dev/v1alpha1
                kind: ServiceStack
                metadata: {name: webapp-stack0, namespace: default}
                spec: {serviceName: webapp, ordinal: 0, hostName: h, change: 1, lastContainer: 9, containers: [],
                  retained: [%s]}
                """.formatted(retained));
    }

    @Test
    void undoPutsBackWhatTheLastPopTook() {
        assertThat(run("undo", "webapp").err()).hasLineCount(1).contains("nothing is kept of what left Service webapp");
        retained("v0.0.2", "2030-01-02T00:00:00Z", "v0.0.1", "2030-01-02T00:00:00Z", "v0.0.0", "2030-01-01T00:00:00Z");
        CommandLineRun run = run("undo", "webapp", "--no-wait");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("v0.0.1 v0.0.2 goes below every stack of webapp again: prod=v0.0.1 qa=v0.0.2");
        assertThat(webapp().getSpec().versions()).containsExactly("v0.0.1", "v0.0.2", "v0.1", "v0.2", "v0.3");
    }

    @Test
    void scaleSaysHowManyStacks() {
        CommandLineRun run = run("scale", "webapp", "3", "--no-wait");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Service webapp goes from 2 to 3 stacks");
        assertThat(webapp().getSpec().stacks()).isEqualTo(3);
        assertThat(run("scale", "webapp", "0").err()).hasLineCount(1).contains("spec.stacks");
        assertThat(run("scale", "nosuch", "2").err()).contains("there is no Service nosuch");
    }

    @Test
    void branchMovesThePointer() {
        api.apply("""
                apiVersion: cairn.dev/v1alpha1
                kind: Endpoint
                metadata: {name: prod, namespace: default}
                spec: {serviceName: webapp, stage: prod, port: 8080}
                """);
        CommandLineRun run = run("branch", "prod", "1", "--no-wait");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Endpoint prod is to lead to position 1 of Service webapp");
        assertThat(endpoint().getSpec().position()).isEqualTo(1);
        assertThat(endpoint().getSpec().stage()).isNull();
        assertThat(run("branch", "prod", "qa", "--no-wait").code()).isZero();
        assertThat(endpoint().getSpec().position()).isNull();
        assertThat(endpoint().getSpec().stage()).isEqualTo("qa");
        assertThat(run("branch", "nosuch", "qa").err())
                .isEqualTo("error: there is no Endpoint nosuch in namespace default; see cairn show\n");
        assertThat(run("branch", "prod", "dev", "--timeout=1").err()).contains("does not lead there after 1 s");
    }

    private EndpointResource endpoint() {
        return api.client()
                .resources(EndpointResource.class)
                .inNamespace("default")
                .withName("prod")
                .get();
    }

    @Test
    void aHostIsDrainedPausedAndResumed() {
        api.apply("{apiVersion: cairn.dev/v1alpha1, kind: Host, metadata: {name: h1},"
                + " spec: {docker: {url: 'unix:///run/x.sock'}}}");
        for (var verb :
                Map.of("drain", "Drain", "pause", "Pause", "resume", "Active").entrySet()) {
            assertThat(run(verb.getKey(), "h1").out()).startsWith("Host h1: ");
            assertThat(api.client()
                            .resources(HostResource.class)
                            .withName("h1")
                            .get()
                            .getSpec()
                            .availability())
                    .isEqualTo(verb.getValue());
        }
        assertThat(run("drain", "h2").err()).isEqualTo("error: there is no Host h2; see cairn show\n");
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
    void showPrintsTablesAndTree() {
        status("True", "False", "");
        assertThat(run("show").out()).startsWith("SERVICE  VERSIONS").contains("\nwebapp   prod=v0.1 qa=v0.2 dev=v0.3");
        assertThat(run("show", "-o", "json", "webapp").out())
                .startsWith("{")
                .contains("\"kind\":\"Service\"", "\"versions\":[\"v0.1\"");
        assertThat(run("show", "-o", "yaml", "nothing").out()).contains("items: []");
        assertThat(run("show", "-o", "wide", "-A").out()).contains("IMAGE");
        assertThat(run("show", "nothing", "none").out()).isEqualTo("nothing matches nothing or none\n");
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
