package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two operators, each a process of its own, on the same API, engines and HAProxy, as when two are started in the same
 * moment. The API is in the first one's process, so it can be away while the second one goes on.
 */
@ExtendWith(CairnExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TwoOperatorsTest {
    private static final String THREE = "v0.1, v0.2, v0.3";
    private static final String POPPED = "v0.2, v0.3, v0.4";

    /** How long the API is away. */
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("cairn.api.away", 8));

    private Cairn cairn;
    private Path log;
    private OperatorProcess second;

    @BeforeAll
    void start(Cairn environment) throws IOException {
        cairn = environment;
        Path directory = cairn.state().getParent();
        log = directory.resolve("second.log");
        Files.deleteIfExists(log);
        second = new OperatorProcess(
                cairn.state(),
                directory.resolve("folder"),
                log,
                cairn.proxyAddress(),
                Cairn.INSTALLATION,
                List.of("--kubeconfig=" + cairn.operatorsKubeconfig()));
        Path pid = cairn.state().resolve("cairn.pid");
        String first = Files.readString(pid);
        // Else the second one would say that one runs already.
        Files.delete(pid);
        second.start();
        patiently("the second one").until(() -> Files.readString(log).contains("cairn is up"));
        Files.writeString(pid, first);
    }

    @AfterAll
    void stop() throws IOException {
        Path pid = cairn.state().resolve("cairn.pid");
        String first = Files.readString(pid);
        second.stop();
        Files.writeString(pid, first);
    }

    /** How much each of the two has done for a service. */
    private List<Long> done(String service) throws IOException {
        List<Long> done = new ArrayList<>();
        for (Path one : List.of(cairn.state().resolveSibling("operator.log"), log)) {
            try (var lines = Files.lines(one)) {
                done.add(lines.filter(line -> line.contains("Service default/" + service + ": "))
                        .count());
            }
        }
        return done;
    }

    @Test
    void F69_twoOperatorsDoEverythingOnceAndTheLastEditWins() throws Exception {
        Yaml.Service yaml = new Yaml.Service("shared", THREE);
        try (Subject shared = Subject.start(cairn, yaml);
                Load load = Load.start(cairn, shared, 2, Duration.ofMillis(20), "/");
                Engines.Births births = cairn.engines().births()) {
            String last = edits(shared);
            shared.awaitReady();
            shared.assertHolds(last.replace("\"", "").split(","));
            shared.change(POPPED);
            List<List<String>> lists = new ArrayList<>(List.of(list(THREE), list(POPPED)));
            for (int round = 0; round < 10 && done("shared").contains(0L); round++) {
                String versions = round % 2 == 0 ? THREE : POPPED;
                lists.add(list(versions));
                shared.change(versions);
            }
            assertThat(done("shared")).as("both have acted").doesNotContain(0L);
            shared.assertHolds(shared.yaml().versions().split(", "));
            load.finish(lists);
            assertThat(births.of("shared")).doesNotHaveDuplicates();
        }
    }

    private static List<String> list(String versions) {
        return List.of(versions.split(", "));
    }

    /** Twenty at the same time; what prod, qa and dev answer is the same in all. Returns the list that was stored last. */
    private String edits(Subject subject) throws Exception {
        List<String> lists = List.of(
                "\"v0.1\",\"v0.2\",\"v0.3\"",
                "\"v0.1\",\"v0.2\",\"v0.3\",\"v0.4\"",
                "\"v0.1\",\"v0.2\",\"v0.3\",\"v0.5\"");
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            List<Callable<Long>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String body = "{\"spec\":{\"versions\":[" + lists.get(i % lists.size()) + "]}}";
                calls.add(() -> {
                    Api.Answer answer = cairn.api().patch(subject.path(), body);
                    assertThat(answer.status()).isEqualTo(200);
                    return answer.body()
                            .path("metadata")
                            .path("resourceVersion")
                            .asLong();
                });
            }
            long newest = 0;
            String last = "";
            List<Future<Long>> answers = threads.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                if (answers.get(i).get() > newest) {
                    newest = answers.get(i).get();
                    last = lists.get(i % lists.size());
                }
            }
            return last;
        } finally {
            threads.shutdownNow();
        }
    }

    private enum Absence {
        FROZEN {
            @Override
            void begin(OperatorProcess first) {
                first.freeze();
            }

            @Override
            void end(OperatorProcess first) {
                first.thaw();
            }
        },
        KILLED {
            @Override
            void begin(OperatorProcess first) {
                first.kill();
            }

            @Override
            void end(OperatorProcess first) {
                first.start();
            }
        };

        abstract void begin(OperatorProcess first);

        abstract void end(OperatorProcess first);
    }

    @DisabledIfSystemProperty(
            named = NamedCluster.PROPERTY,
            matches = ".+",
            disabledReason = "the API is in the process that is stopped")
    @ParameterizedTest
    @EnumSource(Absence.class)
    void F81_whileTheApiIsAwayUsersAreServedAndNothingIsDoneAndThenAllIsMadeUpFor(Absence absence) throws Exception {
        String name = "orphan-" + absence.name().toLowerCase(java.util.Locale.ROOT);
        try (Subject served = Subject.start(cairn, new Yaml.Service(name, THREE));
                Subject missed = Subject.start(cairn, new Yaml.Service(name + "-too", THREE).stacks(1));
                Load load = Load.start(cairn, served, 2, Duration.ofMillis(20), "/")) {
            long requests;
            try (Engines.Births births = cairn.engines().births()) {
                absence.begin(cairn.operator());
                try {
                    Seen victim = missed.container(0, "v0.3");
                    cairn.engines().remove(victim);
                    requests = load.requests();
                    Awaitility.await()
                            .during(AWAY)
                            .atMost(AWAY.multipliedBy(2))
                            .until(() -> served.answers().equals(list(THREE)));
                    assertThat(births.of(missed.name()))
                            .as("nobody acts without the record")
                            .isEmpty();
                } finally {
                    absence.end(cairn.operator());
                }
                assertThat(load.requests()).isGreaterThan(requests);
            }
            cairn.awaitApi();
            patiently("made up for").untilAsserted(() -> missed.assertHolds("v0.1", "v0.2", "v0.3"));
            missed.awaitReady();
            served.change(POPPED);
            assertThat(served.answers()).containsExactlyElementsOf(list(POPPED));
            load.finish(List.of(list(THREE), list(POPPED)));
        }
    }
}
