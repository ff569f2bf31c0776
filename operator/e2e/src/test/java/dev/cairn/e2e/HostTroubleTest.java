package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.adapters.docker.PrivateEngine;
import dev.cairn.adapters.docker.TestImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hosts that restart, are away for a while, come back as others or never, and containers that crash on them. */
@ExtendWith(CairnExtension.class)
final class HostTroubleTest {
    private static final Duration WINDOW = Duration.ofSeconds(60);

    /** Healthy for some seconds, then its process ends, and ends again at once whenever the engine starts it again. */
    private static final String CRASHES =
            "[ -e /ran ] && exit 1; touch /ran; /bin/busybox httpd -p 8080 -h /www; sleep 4; exit 1";

    @Test
    void F91_rebootWithTheOperatorDownServesAgainOnTheSamePorts(Cairn cairn) throws IOException {
        PrivateEngine engine = cairn.engines().of(Engines.SECOND);
        try (Subject rebooted = Subject.start(cairn, new Yaml.Service("rebooted", "v0.1, v0.2, v0.3"))) {
            List<String> before = ports(cairn, rebooted);
            cairn.operator().kill();
            engine.stop();
            patiently("only the other host answering")
                    .until(() -> rebooted.answering("prod").size() == 1);
            engine.restart();
            patiently("both hosts answering with nobody looking")
                    .until(() -> Subject.STAGES.stream().allMatch(stage -> answering(rebooted, stage) == 2));
            assertThat(ports(cairn, rebooted)).isEqualTo(before);
            assertThat(rebooted.answers()).containsExactly("v0.1", "v0.2", "v0.3");
            List<String> lives = rebooted.lives();
            try (Engines.Births births = cairn.engines().births()) {
                cairn.operator().start();
                cairn.awaitApi();
                cairn.awaitCondition(Cairn.hostPath(Engines.SECOND), "Ready", "True");
                // A push shows that the operator has looked at everything.
                rebooted.change("v0.1, v0.2, v0.3, v0.4");
                assertThat(rebooted.lives()).containsAll(lives);
                assertThat(births.of("rebooted"))
                        .containsExactlyInAnyOrder("rebooted-stack0-app4", "rebooted-stack1-app4");
            }
        }
    }

    private static int answering(Subject subject, String stage) {
        try {
            return subject.answering(stage).size();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Ids and published ports. */
    private static List<String> ports(Cairn cairn, Subject subject) {
        return subject.containers().stream()
                .map(c -> c.id() + " "
                        + cairn
                                .engines()
                                .of(c.host())
                                .client()
                                .inspectContainerCmd(c.id())
                                .exec()
                                .getNetworkSettings()
                                .getPorts()
                                .getBindings()
                                .values()
                                .stream()
                                .map(bound -> bound[0].getHostPortSpec())
                                .toList())
                .toList();
    }

    @Test
    void F75_crashLoopCausesNoStormOfCreations(Cairn cairn) throws IOException, InterruptedException {
        TestImage image = TestImage.shell("crasher:v0.1", CRASHES);
        cairn.engines().all().values().forEach(engine -> engine.load(image));
        Yaml.Service yaml = new Yaml.Service("crashing", "v0.1")
                .image("crasher")
                .stacks(1)
                .spec("stages: [{name: prod, position: 0}]");
        try (Subject crashing = Subject.declare(cairn, yaml)) {
            crashing.awaitReady();
            try (Engines.Births births = cairn.engines().births()) {
                long start = System.nanoTime();
                assertThat(cairn.awaitCondition(crashing.path(), "Ready", "BackOff"))
                        .contains("default/crashing-stack0", "containers die again and again");
                // A life of five crashes takes 3.5 to 7 s; with pauses of 1, 2, 4, 8, 16 and 32 s there are 6 or 7.
                Awaitility.await()
                        .atMost(WINDOW.plusSeconds(10))
                        .until(() -> System.nanoTime() - start > WINDOW.toNanos());
                assertThat(births.of("crashing")).hasSizeBetween(1, 8).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void F78_oneHostDownHoldsUpNobodyElseAndCatchesUpWhenItReturns(Cairn cairn) throws IOException {
        try (Subject single = Subject.start(cairn, new Yaml.Service("single", "v0.1, v0.2, v0.3").stacks(1));
                Subject both = Subject.start(cairn, new Yaml.Service("both", "v0.1, v0.2, v0.3"))) {
            String alive = single.containers().get(0).host();
            String down = alive.equals(Engines.FIRST) ? Engines.SECOND : Engines.FIRST;
            PrivateEngine engine = cairn.engines().of(down);
            engine.stop();
            try {
                assertThat(cairn.awaitCondition(Cairn.hostPath(down), "Stalled", "EngineUnknown"))
                        .isEqualTo(cairn.awaitCondition(Cairn.hostPath(down), "Ready", "EngineUnknown"))
                        .contains(down);
                single.change("v0.2, v0.3, v0.4");
                assertThat(single.answers()).containsExactly("v0.2", "v0.3", "v0.4");
                both.edit(both.yaml().versions("v0.2, v0.3, v0.4"));
                patiently("the other host going on without it")
                        .until(() -> both.answers().equals(List.of("v0.2", "v0.3", "v0.4")));
            } finally {
                engine.restart();
            }
            cairn.awaitCondition(Cairn.hostPath(down), "Ready", "True");
            both.change("v0.2, v0.3, v0.4");
            patiently("what was missed made up for").until(() -> {
                both.assertHolds("v0.2", "v0.3", "v0.4");
                return both.answering("prod").size() == 2;
            });
        }
    }

    @Test
    void anotherEngineIsNotTakenForTheOldOneAndALostHostGoesOnlyWhenForgotten(Cairn cairn) throws IOException {
        try (PrivateEngine engine = PrivateEngine.start()) {
            cairn.loadImages(List.of(engine));
            cairn.kubectl().apply(Yaml.host("third", engine.url(), engine.address()));
            cairn.awaitCondition(Cairn.hostPath("third"), "Ready", "True");
            try (Subject lost = Subject.start(cairn, new Yaml.Service("lost", "v0.1, v0.2, v0.3").stacks(3))) {
                assertOtherEngineIsAskedFor(cairn, engine, lost);
                engine.stop();
                cairn.awaitCondition(Cairn.hostPath("third"), "Ready", "EngineUnknown");
                Kubectl.Result refused = cairn.kubectl().run("", "delete", "hosts.cairn.dev", "third", "--timeout=60s");
                assertThat(refused.code()).isNotZero();
                assertThat(refused.err())
                        .contains("Host third still has the ServiceStacks default/lost-stack", "forget=true");
                cairn.kubectl().ok("annotate", "hosts.cairn.dev", "third", "cairn.dev/forget=true");
                cairn.kubectl().ok("delete", "hosts.cairn.dev", "third", "--timeout=60s");
                // Closing waits until the service is gone, with the stack that no engine can be asked about.
            }
            engine.restart();
            assertThat(engine.client().listContainersCmd().withShowAll(true).exec())
                    .as("what a forgotten host runs is left alone")
                    .hasSize(3);
        }
    }

    private static void assertOtherEngineIsAskedFor(Cairn cairn, PrivateEngine engine, Subject lost)
            throws IOException {
        String before = annotation(cairn);
        assertThat(before).isNotEmpty();
        engine.stop();
        engine.forgetId();
        engine.restart();
        String id = engine.client().infoCmd().exec().getId();
        assertThat(id).isNotEqualTo(before);
        engine.client()
                .listContainersCmd()
                .withShowAll(true)
                .exec()
                .forEach(c -> engine.client()
                        .removeContainerCmd(c.getId())
                        .withForce(true)
                        .exec());
        assertThat(cairn.awaitCondition(Cairn.hostPath("third"), "Ready", "EngineChanged"))
                .contains("is another one than before", "default/lost-stack", "cairn.dev/accept-engine=" + id);
        lost.edit(lost.yaml().versions("v0.1, v0.2, v0.3, v0.4"));
        cairn.awaitCondition(lost.path(), "Ready", "HostUnknown");
        assertThat(engine.client().listContainersCmd().withShowAll(true).exec())
                .as("nothing is started on an engine that nobody accepted")
                .isEmpty();
        assertThat(annotation(cairn)).isEqualTo(before);
        cairn.kubectl().ok("annotate", "hosts.cairn.dev", "third", "--overwrite", "cairn.dev/accept-engine=" + id);
        cairn.awaitCondition(Cairn.hostPath("third"), "Ready", "True");
        lost.change(lost.yaml().versions("v0.1, v0.2, v0.3"));
        assertThat(engine.client().listContainersCmd().exec()).hasSize(3);
        patiently("the accepted id written down").until(() -> annotation(cairn).equals(id));
    }

    private static String annotation(Cairn cairn) throws IOException {
        return cairn.api()
                .get(Cairn.hostPath("third"))
                .body()
                .path("metadata")
                .path("annotations")
                .path("cairn.dev/engine")
                .asText();
    }

    @Test
    void portRangeWithoutRoomIsTold(Cairn cairn) throws IOException {
        PrivateEngine engine = cairn.engines().of(Engines.FIRST);
        cairn.kubectl()
                .apply(Yaml.host("narrow", engine.url(), engine.address())
                        .replace("{first: 20000, last: 24999}", "{first: 25000, last: 25001}"));
        try (Subject crowded = Subject.declare(cairn, new Yaml.Service("crowded", "v0.1").stacks(3))) {
            assertThat(cairn.awaitCondition(crowded.path(), "Ready", "PortRangeExhausted"))
                    .isEqualTo("Host narrow: its port range 25000-25001 has no free port left; widen"
                            + " spec.docker.portRange");
            assertThat(crowded.containers()).noneMatch(c -> c.host().equals("narrow"));
            cairn.api().patch(Cairn.hostPath("narrow"), "{\"spec\":{\"docker\":{\"portRange\":{\"last\":25010}}}}");
            crowded.awaitReady();
        } finally {
            cairn.kubectl().ok("delete", "hosts.cairn.dev", "narrow", "--timeout=60s");
        }
    }

    @Test
    void portsThatStrangersHoldAreToldAndPassedOver(Cairn cairn) throws IOException {
        PrivateEngine engine = cairn.engines().of(Engines.FIRST);
        cairn.kubectl()
                .apply(Yaml.host("shared", engine.url(), engine.address())
                        .replace("{first: 20000, last: 24999}", "{first: 25020, last: 25024}"));
        InetAddress address = InetAddress.getByName(engine.address());
        try (ServerSocket one = new ServerSocket(25021, 1, address);
                ServerSocket two = new ServerSocket(25023, 1, address);
                Subject squeezed = Subject.declare(
                        cairn,
                        new Yaml.Service("squeezed", "v0.1").stacks(1).spec("placement: {hostNames: [shared]}"))) {
            squeezed.awaitReady();
            assertThat(squeezed.containers().stream().map(container -> publishedPort(engine, container)))
                    .containsExactlyInAnyOrder("25020", "25022", "25024");
            patiently("told of")
                    .untilAsserted(
                            () -> assertThat(cairn.kubectl().ok("get", "events", "--field-selector=reason=PortTaken"))
                                    .containsPattern(
                                            "port 2502[13] on host shared, wanted by container squeezed-stack0-app[0-9]+, is"
                                                    + " used by somebody else: free it or change spec.docker.portRange"));
            assertThat(List.of(one, two)).noneMatch(ServerSocket::isClosed);
        } finally {
            cairn.kubectl().ok("delete", "hosts.cairn.dev", "shared", "--timeout=60s");
        }
    }

    private static String publishedPort(PrivateEngine engine, Seen container) {
        return engine.client()
                .inspectContainerCmd(container.id())
                .exec()
                .getHostConfig()
                .getPortBindings()
                .getBindings()
                .values()
                .iterator()
                .next()[0]
                .getHostPortSpec();
    }

    @Test
    void F67_limitsAndUserAreWhatWasAskedFor(Cairn cairn) throws IOException {
        Yaml.Service yaml = new Yaml.Service("limited", "v0.1")
                .container(
                        "resources: {limits: {cpu: 500m, memory: 64Mi}}",
                        "securityContext: {runAsUser: 12345, runAsNonRoot: true, allowPrivilegeEscalation: false}");
        assertThat(cairn.kubectl()
                        .refused(yaml.container("resources: {limits: {memory: lots}}")
                                .text()))
                .contains(
                        "spec.template.container.resources.limits.memory is \"lots\"",
                        "it must be a quantity such as 128Mi or 1Gi");
        try (Subject limited = Subject.declare(cairn, yaml)) {
            limited.awaitReady();
            for (Seen container : limited.containers()) {
                assertThat(Files.readString(Path.of("/proc/" + container.pid() + "/status")))
                        .contains("Uid:\t12345\t12345\t12345\t12345", "NoNewPrivs:\t1");
                assertThat(memory(cairn, container)).isEqualTo(64L << 20);
            }
        }
    }

    private static long memory(Cairn cairn, Seen container) {
        return cairn.engines()
                .of(container.host())
                .client()
                .inspectContainerCmd(container.id())
                .exec()
                .getHostConfig()
                .getMemory();
    }
}
