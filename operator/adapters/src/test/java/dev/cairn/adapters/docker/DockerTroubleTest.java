package dev.cairn.adapters.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.core.model.Container;
import dev.cairn.core.model.Container.Phase;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines that are away, come back, are frozen, or are none. */
class DockerTroubleTest {
    private static final TestImage SERVER = TestImage.server("cairn-test/server:v1");
    private static final Owner OWNER = new Owner(new ObjectKey("default", "web"), 0, 1);
    private static final DockerConfig IMPATIENT = new DockerConfig(
            8,
            Duration.ofSeconds(10),
            Duration.ofMillis(1500),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    private final Heard heard = new Heard();
    private final DockerEngine engine = new DockerEngine("test", IMPATIENT, heard);

    @AfterEach
    void close() {
        engine.close();
    }

    private HostView look(Host host) {
        return engine.look(host, Map.of(), Set.of());
    }

    private String trouble(String url) {
        return look(new Host("h", url, "127.0.0.1", 20000, 29999, false)).trouble();
    }

    private void startServer(Host host, int port) throws PortException {
        Template template =
                new Template(List.of(), List.of(), Map.of(), List.of(new Template.Port("http", 80)), null, 1);
        engine.start(
                host, OWNER, new Entry(1, new Version("v1"), engine.pull(host, SERVER.reference()), port, template));
    }

    @Test
    void engineThatRestartsIsMissedAndFoundAgainWithItsContainers() throws PortException {
        try (PrivateEngine docker = PrivateEngine.start()) {
            docker.load(SERVER);
            Host host = docker.host("docker01");
            engine.hosts(List.of(host));
            await().until(() -> !heard.hosts.isEmpty());
            startServer(host, 21000);
            Container before = look(host).containers().get(0);

            heard.hosts.clear();
            docker.kill();
            await().until(() -> heard.hosts.contains("docker01"));
            assertThat(look(host).trouble()).startsWith("host docker01: ").contains(docker.url());

            heard.hosts.clear();
            docker.restart();
            await().atMost(Duration.ofSeconds(15)).until(() -> heard.hosts.contains("docker01"));
            await().untilAsserted(() -> {
                assertThat(look(host).containers()).hasSize(1);
                Container after = look(host).containers().get(0);
                assertThat(after.id()).isEqualTo(before.id());
                assertThat(after.phase()).isEqualTo(Phase.RUNNING);
                assertThat(after.ports()).isEqualTo(before.ports());
                assertThat(after.startedAt()).isAfter(before.startedAt());
            });

            heard.services.clear();
            engine.remove(host, before.id(), 1);
            await().until(() -> heard.services.contains(OWNER.service()));
            assertThat(look(host).containers()).isEmpty();
        }
    }

    @Test
    void frozenEngineIsUnknownInTimeAndBackWhenItThaws() throws PortException {
        try (PrivateEngine docker = PrivateEngine.start()) {
            docker.load(SERVER);
            Host host = docker.host("docker01");
            startServer(host, 21000);
            await().until(() -> !heard.hosts.isEmpty());
            docker.freeze();
            try {
                heard.hosts.clear();
                assertThat(timed(() -> assertThat(look(host).trouble()).contains("did not answer within 1500 ms")))
                        .isLessThan(Duration.ofSeconds(4));
                await().until(() -> heard.hosts.contains("docker01"));
                assertThat(timed(() -> assertThat(look(host).known()).isFalse()))
                        .isLessThan(Duration.ofMillis(500));
                heard.hosts.clear();
            } finally {
                docker.thaw();
            }
            await().until(() -> heard.hosts.contains("docker01"));
            assertThat(look(host).containers()).hasSize(1);
        }
    }

    private static Duration timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void engineWithoutAnInitProcessStartsContainersWithoutIt() throws PortException {
        try (PrivateEngine docker = PrivateEngine.start("--init-path=/nonexistent/docker-init")) {
            docker.load(SERVER);
            Host host = docker.host("docker01");
            startServer(host, 21000);
            Container container = look(host).containers().get(0);
            assertThat(container.phase()).isEqualTo(Phase.RUNNING);
            assertThat(docker.client()
                            .inspectContainerCmd(container.id())
                            .exec()
                            .getHostConfig()
                            .getInit())
                    .isNotEqualTo(Boolean.TRUE);
        }
    }

    @Test
    void twoEnginesLiveSideBySideAndLeaveNothing() throws PortException, IOException {
        PrivateEngine one = PrivateEngine.start("--host=tcp://127.0.0.1:" + freePort());
        Path directory = Path.of(one.url().substring("unix://".length())).getParent();
        PrivateEngine.Seat seat =
                new PrivateEngine.Seat(Integer.parseInt(one.address().split("\\.")[2]));
        try (PrivateEngine two = PrivateEngine.start()) {
            one.load(SERVER);
            two.load(SERVER);
            startServer(one.host("one"), 21000);
            startServer(two.host("two"), 21000);
            assertThat(look(one.host("one")).engineId())
                    .isNotEqualTo(look(two.host("two")).engineId());
            assertThat(look(one.host("one")).containers().get(0).address()).isNotEqualTo(two.address());
        } finally {
            one.close();
        }
        assertThat(new Leftovers(directory, seat).gone()).isTrue();
    }

    @Test
    void engineIsReachedByTcp() throws PortException, IOException {
        int port = freePort();
        try (PrivateEngine docker = PrivateEngine.start("--host=tcp://127.0.0.1:" + port)) {
            docker.load(SERVER);
            Host host = new Host("tcp", "tcp://127.0.0.1:" + port, docker.address(), 20000, 29999, false);
            engine.hosts(List.of(host));
            await().until(() -> !heard.hosts.isEmpty());
            startServer(host, 21000);
            Container container = look(host).containers().get(0);
            assertThat(container.phase()).isEqualTo(Phase.RUNNING);
            await().until(() -> heard.services.contains(OWNER.service()));
            docker.freeze();
            try {
                assertThat(look(host).trouble()).contains("did not answer within 1500 ms");
            } finally {
                docker.thaw();
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> look(host).known());
            engine.remove(host, container.id(), 1);
            assertThat(look(host).containers()).isEmpty();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void absentSocketAndAbsentListenerAreTold(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("docker.sock");
        assertThat(trouble("unix://" + socket))
                .isEqualTo("host h: there is no socket unix://" + socket
                        + ": start the Docker engine or correct spec.docker.url");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(trouble("unix://" + socket))
                .isEqualTo("host h: nothing listens at unix://" + socket
                        + ": start the Docker engine there or correct spec.docker.url");
        int port = freePort();
        assertThat(trouble("tcp://127.0.0.1:" + port))
                .isEqualTo("host h: nothing listens at tcp://127.0.0.1:" + port
                        + ": start the Docker engine there or correct spec.docker.url");
    }

    @Test
    void unknownNameIsTold() {
        assertThat(trouble("tcp://no-such-host.invalid:2375"))
                .isEqualTo(
                        "host h: the name in tcp://no-such-host.invalid:2375 is not known: correct spec.docker.url or"
                                + " the name service");
    }

    @Test
    void silentServerIsTold() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "tcp://127.0.0.1:" + silent.getLocalPort();
            assertThat(trouble(url))
                    .isEqualTo("host h: the engine at " + url
                            + " did not answer within 1500 ms: check that it runs and that the network reaches it");
        }
    }

    @Test
    void serversThatAreNoEngineAreTold() {
        assertThat(troubleOf(200, "<html>hello</html>")).contains("is not a Docker engine: correct spec.docker.url");
        assertThat(troubleOf(404, "not here")).contains("is not a Docker engine");
        assertThat(troubleOf(200, "{}")).contains("is not a Docker engine");
        assertThat(troubleOf(200, "[1,2")).contains("is not a Docker engine");
        assertThat(troubleOf(400, "Client sent an HTTP request to an HTTPS server.\n"))
                .contains(" wants TLS: name the Secret");
        assertThat(troubleOf(200, "{\"ApiVersion\":\"1.24\",\"Version\":\"1.12\"}"))
                .contains("has API version 1.24, and 1.40 is the oldest that Cairn uses: update Docker there");
    }

    private String troubleOf(int status, String body) {
        try (TinyHttp server = new TinyHttp(request -> new TinyHttp.Answer(status, "", body.getBytes(UTF_8)))) {
            return trouble("tcp://127.0.0.1:" + server.port());
        }
    }
}
