package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HostConfig;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Container.Health;
import dev.cairn.core.model.Container.Phase;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Template;
import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the adapter does beyond the port's contract, on a real engine. */
class DockerEngineTest extends OneEngine {
    @Test
    void containerIsMadeAsItsEntrySays() throws PortException {
        Template template = new Template(
                List.of("/bin/busybox", "httpd"),
                List.of("-f", "-p", "8080", "-h", "/www"),
                Map.of("STAGE", "prod=1", "EMPTY", ""),
                List.of(new Template.Port("http", 8080), new Template.Port("admin", 9090)),
                null,
                7);
        Entry entry = entry(SERVER, template);
        engine.start(host, owner("made"), entry);
        InspectContainerResponse made =
                docker.client().inspectContainerCmd("made-stack0-app1").exec();
        HostConfig config = made.getHostConfig();
        assertThat(made.getConfig().getHostName()).isEqualTo("made-stack0-app1");
        assertThat(made.getConfig().getEnv()).contains("STAGE=prod=1", "EMPTY=");
        assertThat(made.getConfig().getEntrypoint()).containsExactly("/bin/busybox", "httpd");
        assertThat(made.getConfig().getCmd()).containsExactly("-f", "-p", "8080", "-h", "/www");
        assertThat(made.getRawValues().get("Config")).hasFieldOrPropertyWithValue("StopTimeout", 7);
        assertThat(made.getConfig().getLabels()).isEqualTo(Labels.write("test", owner("made"), entry));
        assertThat(made.getConfig().getImage()).isEqualTo(entry.image());
        assertThat(config.getRestartPolicy().getName()).isEqualTo("always");
        assertThat(config.getInit()).isTrue();
        assertThat(config.getLogConfig().getConfig()).isEqualTo(Map.of("max-size", "10m", "max-file", "3"));
        assertThat(config.getPortBindings().getBindings().values())
                .allSatisfy(bound -> assertThat(bound[0].getHostIp()).isEqualTo(docker.address()));
        assertThat(get(owner("made")).ports()).isEqualTo(Map.of(8080, entry.hostPort(), 9090, entry.hostPort() + 1));
    }

    @Test
    void nameTooLongForAHostnameStillStarts() throws PortException {
        Owner owner = owner("a".repeat(63));
        engine.start(host, owner, entry(SERVER, template(null)));
        assertThat(get(owner).phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void containerThatCouldNotStartIsAdoptedOnceItCan() throws PortException {
        Entry first = entry(SERVER, template(null));
        Entry second = new Entry(1, first.version(), first.image(), first.hostPort(), first.template());
        engine.start(host, owner("holder"), first);
        PortException e = catchThrowableOfType(PortException.class, () -> engine.start(host, owner("waiting"), second));
        assertThat(e.reason()).isEqualTo("PortTaken");
        Container created = get(owner("waiting"));
        assertThat(created.phase()).isEqualTo(Phase.CREATED);
        assertThat(created.health()).isEqualTo(Health.STARTING);
        assertThat(created.startedAt()).isNull();
        engine.remove(host, get(owner("holder")).id(), 1);
        engine.start(host, owner("waiting"), second);
        assertThat(get(owner("waiting")).phase()).isEqualTo(Phase.RUNNING);
        assertThat(get(owner("waiting")).id()).isEqualTo(created.id());
    }

    @Test
    void oneThatWasRenamedGetsItsNameBackAndACopyOfItDoesNot() throws PortException {
        Owner owner = owner("renamed");
        Entry entry = entry(SERVER, template(null));
        engine.start(host, owner, entry);
        String id = get(owner).id();
        docker.client().renameContainerCmd(id).withName("taken-away").exec();
        assertThat(engine.look(host, Map.of(), Set.of()).containers())
                .noneMatch(container -> container.owner().equals(owner));
        engine.start(host, owner, entry);
        assertThat(get(owner).id()).isEqualTo(id);

        engine.remove(host, id, 1);
        String copy = foreign("copied", Labels.write("test", owner, entry));
        assertThat(engine.look(host, Map.of(), Set.of()).known()).isTrue();
        engine.start(host, owner, entry);
        assertThat(get(owner).id()).isNotEqualTo(copy);
        assertThat(docker.client().inspectContainerCmd(copy).exec().getName()).isEqualTo("/copied");
    }

    @Test
    void containerWithFalseLabelsIsLeftAlone() throws PortException {
        Entry entry = entry(SERVER, template(null));
        Map<String, String> good = Labels.write("test", owner("false"), entry);
        Map<String, Map<String, String>> liars = new HashMap<>();
        liars.put("copy-of-it", good);
        liars.put("false-stack0-app1", with(good, Labels.VERSION, "v1; rm -rf /"));
        liars.put("liar1", with(good, Labels.SERVICE, "../x"));
        liars.put("liar2", with(good, Labels.STACK, "-1"));
        liars.put("liar3", Map.of(Labels.INSTALLATION, "test"));
        for (Map.Entry<String, Map<String, String>> liar : liars.entrySet()) {
            String id = foreign(liar.getKey(), liar.getValue());
            assertThat(engine.look(host, Map.of(), Set.of()).containers())
                    .as(liar.getKey())
                    .noneMatch(container -> container.id().equals(id));
            assertThat(catchThrowableOfType(PortException.class, () -> engine.remove(host, id, 1))
                            .reason())
                    .isEqualTo("NotOurs");
            assertThat(docker.client().inspectContainerCmd(id).exec().getState().getRunning())
                    .isTrue();
        }
        assertThat(catchThrowableOfType(PortException.class, () -> engine.start(host, owner("false"), entry))
                        .reason())
                .isEqualTo("NameTaken");
    }

    @Test
    void lieIsReportedOnce() {
        List<String> told = new ArrayList<>();
        Map<String, String> labels = Map.of(Labels.NAMESPACE, "default", Labels.SERVICE, "web");
        Disbelieved disbelieved = new Disbelieved((service, sentence) -> told.add(service + ": " + sentence));
        assertThat(disbelieved.report(host, "id", "name", labels, "a lie")).isTrue();
        assertThat(disbelieved.report(host, "id", "name", labels, "a lie")).isFalse();
        assertThat(disbelieved.report(host, "id", "name", labels, "another")).isTrue();
        assertThat(told).hasSize(2).allMatch(text -> text.startsWith("default/web: container name on host "));
    }

    private static Map<String, String> with(Map<String, String> labels, String label, String value) {
        Map<String, String> changed = new HashMap<>(labels);
        changed.put(label, value);
        return changed;
    }

    private static String foreign(String name, Map<String, String> labels) {
        String id = docker.client()
                .createContainerCmd(SERVER.reference())
                .withName(name)
                .withLabels(labels)
                .exec()
                .getId();
        docker.client().startContainerCmd(id).exec();
        return id;
    }

    @Test
    void portThatAStrangerHoldsIsToldAndCountsAsTaken() throws PortException, IOException {
        Entry entry = entry(SERVER, template(null));
        try (ServerSocket stranger = new ServerSocket(entry.hostPort(), 1, InetAddress.getByName(host.address()))) {
            PortException e =
                    catchThrowableOfType(PortException.class, () -> engine.start(host, owner("squeezed"), entry));
            assertThat(e.reason()).isEqualTo("PortTaken");
            assertThat(e.getMessage())
                    .startsWith("port " + stranger.getLocalPort() + " on host docker01")
                    .contains("is used by somebody else");
        }
        engine.remove(host, get(owner("squeezed")).id(), 1);
        assertThat(engine.look(host, Map.of(), Set.of()).takenPorts()).contains(entry.hostPort());
    }

    @Test
    void portThatIsNeverReportedFailsTheStart() throws PortException {
        DockerConfig usual = DockerConfig.defaults();
        DockerConfig impatient = new DockerConfig(
                8,
                usual.callTimeout(),
                usual.lookTimeout(),
                usual.pullTimeout(),
                Duration.ofMillis(300),
                usual.firstProbeTimeout(),
                usual.pingInterval());
        Entry entry = entry(SERVER, template(null));
        foreign("portless-stack0-app1", Labels.write("test", owner("portless"), entry));
        try (DockerEngine other = new DockerEngine("test", impatient, new Heard())) {
            PortException e =
                    catchThrowableOfType(PortException.class, () -> other.start(host, owner("portless"), entry));
            assertThat(e.reason()).isEqualTo("PortNotReported");
            assertThat(e.getMessage())
                    .contains("portless-stack0-app1", "80 at " + entry.hostPort(), "within 300 ms", "docker01");
        }
    }

    @Test
    void imageWithoutACommandDoesNotStart() throws PortException {
        TestImage empty = new TestImage("cairn-test/empty:v1", List.of(), Map.of());
        docker.load(empty);
        Entry entry = entry(empty, template(null));
        PortException e = catchThrowableOfType(PortException.class, () -> engine.start(host, owner("empty"), entry));
        assertThat(e.reason()).isEqualTo("StartFailed");
        assertThat(e.getMessage())
                .isEqualTo("container empty-stack0-app1 does not start on host docker01 (No command specified): correct"
                        + " spec.template or the image");
    }

    @Test
    void addressThatTheMachineDoesNotHaveIsNamed() throws PortException {
        Host elsewhere = new Host("docker01", docker.url(), "203.0.113.7", 20000, 29999, false);
        Entry entry = entry(SERVER, template(null));
        PortException e =
                catchThrowableOfType(PortException.class, () -> engine.start(elsewhere, owner("elsewhere"), entry));
        assertThat(e.reason()).isEqualTo("AddressNotOnHost");
        assertThat(e.getMessage()).contains("203.0.113.7", "spec.docker.address");
    }

    @Test
    void processThatIgnoresTheStopSignalIsKilledAfterItsGrace() throws PortException {
        TestImage stubborn = TestImage.shell("cairn-test/stubborn:v1", "trap '' TERM; while true; do sleep 1; done");
        docker.load(stubborn);
        Owner owner = owner("stubborn");
        engine.start(host, owner, entry(stubborn, template(null)));
        long start = System.nanoTime();
        engine.remove(host, get(owner).id(), 1);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
        assertThat(find(engine, owner, null)).isEmpty();
    }

    @Test
    void nobodyWaitsForAProcessThatTakesItsTimeToEnd() throws PortException {
        TestImage slow = TestImage.shell("cairn-test/slow:v1", "trap '' TERM; while [ ! -e /go ]; do sleep 1; done");
        docker.load(slow);
        Owner owner = owner("slow");
        engine.start(host, owner, entry(slow, template(null)));
        String id = get(owner).id();
        engine.remove(host, id, 600);
        assertThat(get(owner).phase()).isEqualTo(Phase.LEAVING);
        assertThat(docker.client().inspectContainerCmd(id).exec().getState().getRunning())
                .isTrue();
        engine.remove(host, id, 600);
        assertThat(get(owner).phase()).isEqualTo(Phase.LEAVING);
        Owner other = owner("beside");
        engine.start(host, other, entry(SERVER, template(null)));
        assertThat(get(other).phase()).isEqualTo(Phase.RUNNING);

        docker.client().killContainerCmd(id).exec();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(find(engine, owner, null)).isEmpty());
    }

    @Test
    void manyThatTakeTheirTimeToEndHoldUpNoOther() throws Exception {
        TestImage slow = TestImage.shell("cairn-test/slow:v1", "trap '' TERM; while true; do sleep 1; done");
        docker.load(slow);
        List<Owner> owners = IntStream.range(0, Endings.AT_ONCE)
                .mapToObj(i -> owner("slow" + i))
                .toList();
        List<Callable<Void>> removals = new ArrayList<>();
        for (Owner owner : owners) {
            engine.start(host, owner, entry(slow, template(null)));
            String id = get(owner).id();
            removals.add(() -> {
                engine.remove(host, id, 600);
                return null;
            });
        }
        Owner other = owner("quick");
        engine.start(host, other, entry(SERVER, template(null)));
        ExecutorService threads = Executors.newFixedThreadPool(Endings.AT_ONCE);
        try {
            for (Future<Void> removal : threads.invokeAll(removals)) {
                removal.get();
            }
        } finally {
            threads.shutdownNow();
        }
        engine.remove(host, get(other).id(), 1);
        assertThat(find(engine, other, null)).isEmpty();
        for (Owner owner : owners) {
            assertThat(get(owner).phase()).isEqualTo(Phase.LEAVING);
            docker.client().killContainerCmd(get(owner).id()).exec();
        }
    }

    @Test
    void pausedContainerIsUnhealthyAndCanBeRemoved() throws PortException {
        Owner owner = owner("paused");
        engine.start(host, owner, entry(SERVER, template(null)));
        String id = get(owner).id();
        docker.client().pauseContainerCmd(id).exec();
        assertThat(get(owner).phase()).isEqualTo(Phase.PAUSED);
        assertThat(get(owner).health()).isEqualTo(Health.UNHEALTHY);
        engine.remove(host, id, 1);
        assertThat(find(engine, owner, null)).isEmpty();
    }

    @Test
    void onlyAWholeIdIsRemoved() {
        for (String id : List.of("", "abc", "../x", "a".repeat(63), "A".repeat(64))) {
            assertThat(catchThrowableOfType(PortException.class, () -> engine.remove(host, id, 1))
                            .reason())
                    .isEqualTo("IdInvalid");
        }
    }

    @Test
    void imagesComeFromTheirRegistryWithTheirDigest() throws PortException {
        try (TinyRegistry registry = new TinyRegistry()) {
            String digest = registry.add("team/app", "v1", SERVER);
            String tagged = registry.name() + "/team/app:v1";
            String pinned = registry.name() + "/team/app@" + digest;
            assertThat(engine.look(host, Map.of(), Set.of(tagged)).images()).isEmpty();
            assertThat(engine.pull(host, tagged)).isEqualTo(pinned);
            assertThat(engine.look(host, Map.of(), Set.of(tagged)).images()).isEqualTo(Map.of(tagged, pinned));
            docker.client().removeImageCmd(tagged).withForce(true).exec();
            assertThat(engine.look(host, Map.of(), Set.of(tagged)).images()).isEmpty();
            assertThat(engine.pull(host, pinned)).isEqualTo(pinned);
            assertThat(refusal(registry.name() + "/private/app:v1")).isEqualTo("RegistryRefused");
            assertThat(refusal(registry.name() + "/team/app@sha256:" + "0".repeat(64)))
                    .isEqualTo("ImageNotFound");
            assertThat(refusal("127.0.0.1:1/app:v1")).isEqualTo("ImagePullFailed");
        }
    }

    private static String refusal(String image) {
        return catchThrowableOfType(PortException.class, () -> engine.pull(host, image))
                .reason();
    }
}
