package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody changes behind the operator's back is found, put right, and told of once: as an event and a count. */
@ExtendWith(CairnExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DriftTest {
    private static final String NETWORK = "bridge";

    /** What may be done to a container by hand so that it will not come back by itself. */
    private enum Hand {
        PAUSED((docker, c) -> docker.pauseContainerCmd(c.id()).exec()),
        /** The first process is the engine's init: the server is its child. */
        FROZEN((docker, c) ->
                ProcessHandle.of(c.pid()).orElseThrow().children().forEach(server -> signal("-STOP", server.pid()))),
        DISCONNECTED((docker, c) -> docker.disconnectFromNetworkCmd()
                .withNetworkId(NETWORK)
                .withContainerId(c.id())
                .exec());

        private final BiConsumer<DockerClient, Seen> deed;

        Hand(BiConsumer<DockerClient, Seen> deed) {
            this.deed = deed;
        }
    }

    private Cairn cairn;
    private Subject drifted;

    @BeforeAll
    void start(Cairn environment) {
        cairn = environment;
        drifted = Subject.start(cairn, new Yaml.Service("drifted", "v0.1, v0.2, v0.3").deadline(5));
    }

    @AfterAll
    void remove() throws IOException {
        drifted.close();
    }

    private static void signal(String signal, long pid) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private DockerClient docker(Seen container) {
        return cairn.engines().of(container.host()).client();
    }

    /** Some container of that version; stacks may have been made anew. */
    private Seen any(String version) {
        return drifted.containers().stream()
                .filter(c -> c.version().equals(version))
                .findFirst()
                .orElseThrow();
    }

    private List<String> livesWithout(Seen victim) {
        return drifted.lives().stream()
                .filter(life -> !life.equals(victim.life()))
                .toList();
    }

    private void awaitHealed(List<String> others) {
        patiently("healed").untilAsserted(() -> {
            drifted.assertHolds("v0.1", "v0.2", "v0.3");
            assertThat(drifted.lives()).containsAll(others);
            assertThat(drifted.answering("prod")).hasSize(2);
            assertThat(drifted.answers()).containsExactly("v0.1", "v0.2", "v0.3");
        });
        drifted.awaitReady();
    }

    /** Told once of what was found: counted under this kind, and one event of that reason names it. */
    private void assertToldOnce(String kind, double before, String reason, String... words) {
        patiently("told once").untilAsserted(() -> {
            assertThat(cairn.drift(kind)).isEqualTo(before + 1);
            assertThat(cairn.events("drifted").lines().filter(line -> line.contains(reason)))
                    .filteredOn(line -> List.of(words).stream().allMatch(line::contains))
                    .hasSize(1);
        });
    }

    @ParameterizedTest
    @EnumSource(Hand.class)
    void F23_containerThatWillNotComeBackByItselfIsReplacedAndToldOfOnce(Hand hand) throws IOException {
        double dead = cairn.drift("dead");
        double missing = cairn.drift("missing");
        Seen victim = any("v0.1");
        List<String> others = livesWithout(victim);
        hand.deed.accept(docker(victim), victim);
        patiently("given up").until(() -> drifted.containers().stream().noneMatch(c -> c.id().equals(victim.id())));
        awaitHealed(others);
        assertToldOnce("dead", dead, "ContainerReplaced", victim.name() + " ");
        assertThat(cairn.drift("missing")).isEqualTo(missing);
    }

    /** It stops by that, and may be replaced before it has started again. */
    @Test
    void F23_restartedByHandIsThereAgain() {
        Seen victim = any("v0.1");
        List<String> others = livesWithout(victim);
        docker(victim).restartContainerCmd(victim.id()).withTimeout(1).exec();
        patiently("another life").until(() -> !drifted.lives().contains(victim.life()));
        awaitHealed(others);
    }

    /** A name is how a container is known: it is missed, and found by its labels and its ports. */
    @Test
    void F23_renamedByHandGetsItsNameBackAndRunsOn() throws IOException {
        double missing = cairn.drift("missing");
        Seen victim = any("v0.2");
        List<String> lives = drifted.lives();
        docker(victim).renameContainerCmd(victim.id()).withName("taken-away").exec();
        patiently("the name it had")
                .untilAsserted(() -> assertThat(drifted.lives()).isEqualTo(lives));
        awaitHealed(lives);
        assertToldOnce("missing", missing, "ContainerMissing", victim.name() + " ");
    }

    private static String copy(DockerClient onto, Seen model, String name) {
        String id = onto.createContainerCmd("webapp:" + model.version())
                .withName(name)
                .withLabels(model.labels())
                .exec()
                .getId();
        onto.startContainerCmd(id).exec();
        return id;
    }

    @Test
    void F23_copyOnAnotherHostIsRemovedAndToldOfOnce() throws IOException {
        double duplicates = cairn.drift("duplicate");
        List<String> lives = drifted.lives();
        Seen model = any("v0.2");
        String host = model.host().equals(Engines.FIRST) ? Engines.SECOND : Engines.FIRST;
        copy(cairn.engines().of(host).client(), model, model.name());
        patiently("found")
                .untilAsserted(() -> assertThat(cairn.drift("duplicate")).isEqualTo(duplicates + 1));
        patiently("gone").untilAsserted(() -> assertThat(drifted.lives()).isEqualTo(lives));
        awaitHealed(lives);
        assertToldOnce("duplicate", duplicates, "ContainerDuplicate", model.name() + " on " + host);
    }

    /** Somebody may have made an image of one to look into it: labels alone make no container ours. */
    @Test
    void F23_copyUnderAnotherNameIsLeftAloneAndToldOfOnce() throws IOException {
        double strangers = cairn.drift("stranger");
        List<String> lives = drifted.lives();
        Seen model = any("v0.2");
        String id = copy(docker(model), model, "looked-into");
        try {
            assertToldOnce("stranger", strangers, "ContainerIgnored", "looked-into ", model.name());
            awaitOnly("looked-into", id, lives);
        } finally {
            docker(model).removeContainerCmd(id).withForce(true).exec();
        }
        awaitHealed(lives);
    }

    private void awaitOnly(String name, String id, List<String> lives) {
        drifted.awaitReady();
        List<Seen> all = drifted.containers();
        assertThat(all)
                .filteredOn(c -> c.name().equals(name))
                .extracting(Seen::id)
                .containsExactly(id);
        assertThat(all)
                .filteredOn(c -> !c.name().equals(name))
                .extracting(Seen::life)
                .containsExactlyElementsOf(lives);
    }

    @Test
    void F24_recordThatIsDeletedIsReplacedByAnotherStackAndNobodyNotices() throws Exception {
        double record = cairn.drift("record");
        String stack = drifted.stacks().get(1).path("metadata").path("name").asText();
        String path = Api.path("default", "servicestacks") + "/" + stack;
        try (Load load = Load.start(cairn, drifted, 1, Duration.ofMillis(20), "/")) {
            cairn.operatorsApi().delete(path);
            patiently("replaced").untilAsserted(() -> {
                assertThat(cairn.api().get(path).status()).isEqualTo(404);
                drifted.assertHolds("v0.1", "v0.2", "v0.3");
            });
            awaitHealed(List.of());
            load.finish(List.of(List.of("v0.1", "v0.2", "v0.3")));
        }
        assertToldOnce("record", record, "RecordRepaired", stack);
    }

    // ---- the proxy

    /** One command on the socket of HAProxy's worker. */
    private String haproxy(String command) throws IOException {
        Matcher socket = Pattern.compile("stats socket (\\S+worker\\.sock)").matcher(cairn.proxyConfig());
        assertThat(socket.find()).isTrue();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket.group(1)))) {
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            Channels.newInputStream(channel).transferTo(answer);
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    private String map() throws IOException {
        Matcher map = Pattern.compile("(?m)^(\\d+) ").matcher(haproxy("show map"));
        assertThat(map.find()).isTrue();
        return "#" + map.group(1);
    }

    private ProcessHandle master() throws IOException {
        String pid =
                Files.readString(cairn.state().resolve("haproxy/haproxy.pid")).strip();
        return ProcessHandle.of(Long.parseLong(pid.lines().findFirst().orElseThrow()))
                .orElseThrow();
    }

    @Test
    void F23_routesThatWereEditedAtTheProxyArePutBack() throws IOException {
        double routes = cairn.drift("routes");
        List<String> lives = drifted.lives();
        haproxy("clear map " + map());
        awaitHealed(lives);
        assertToldOnce("routes", routes, "RoutesRepaired", "");
    }

    @Test
    void F23_proxyThatWasKilledIsStartedAgainWithAllItsRoutes() throws IOException {
        double routes = cairn.drift("routes");
        List<String> lives = drifted.lives();
        List<ProcessHandle> all = master().children().toList();
        master().destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        awaitHealed(lives);
        assertToldOnce("routes", routes, "RoutesRepaired", "");
    }

    @Test
    void F23_proxyWhoseDirectoryIsLostDoesNotServeBesideItsSuccessor() throws IOException {
        List<String> lives = drifted.lives();
        ProcessHandle old = master();
        try (Stream<Path> files = Files.walk(cairn.state().resolve("haproxy"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
        patiently("a successor").untilAsserted(() -> assertThat(master().pid()).isNotEqualTo(old.pid()));
        awaitHealed(lives);
        patiently("the old one gone").until(() -> !old.isAlive());
    }
}
