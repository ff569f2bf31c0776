package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.adapters.docker.Secrets.Secret;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine behind tlsverify with a CA of its own, and all that can be wrong with certificates. */
class DockerTlsTest {
    private static final TestImage SERVER = TestImage.server("cairn-test/server:v1");
    private static final ObjectKey SECRET = new ObjectKey("cairn-system", "docker01-tls");
    private static final DockerConfig IMPATIENT = new DockerConfig(
            8,
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    @TempDir
    static Path directory;

    private static TestCa ca;
    private static TestCa otherCa;
    private static PrivateEngine docker;
    private static int port;

    private final Map<ObjectKey, Secret> secrets = new ConcurrentHashMap<>();
    private final Heard heard = new Heard();
    private final DockerEngine engine =
            new DockerEngine("test", IMPATIENT, heard, key -> Optional.ofNullable(secrets.get(key)));

    @BeforeAll
    static void start() throws IOException {
        ca = new TestCa(directory.resolve("ca"));
        otherCa = new TestCa(directory.resolve("other"));
        for (String name : List.of("server", "client")) {
            ca.issue(name);
        }
        ca.issue("expired", "rsa:2048", "IP:127.0.0.1", -1);
        ca.issue("elsewhere", "rsa:2048", "DNS:elsewhere.example", 30);
        ca.issue("curve", "ec", "IP:127.0.0.1", 30);
        otherCa.issue("client");
        present("server");
        port = freePort();
        docker = PrivateEngine.start(
                "--host=tcp://127.0.0.1:" + port,
                "--tlsverify",
                "--tlscacert=" + ca.file("ca.pem"),
                "--tlscert=" + directory.resolve("cert.pem"),
                "--tlskey=" + directory.resolve("key.pem"));
        docker.load(SERVER);
    }

    @AfterAll
    static void stop() {
        docker.close();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /** What the engine shows from its next start on. */
    private static void present(String name) throws IOException {
        for (String part : List.of("cert.pem", "key.pem")) {
            Files.copy(
                    Path.of(ca.file(name + "-" + part)), directory.resolve(part), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Host host(int tcpPort) {
        return new Host(
                "docker01",
                "tcp://127.0.0.1:" + tcpPort,
                docker.address(),
                20000,
                29999,
                false,
                Host.Availability.ACTIVE,
                Map.of(),
                SECRET,
                Set.of());
    }

    private static Host host() {
        return host(port);
    }

    private void secret(String version, Map<String, byte[]> data) {
        secrets.put(SECRET, new Secret(version, data));
    }

    private HostView look() {
        return engine.look(host(), Map.of(), Set.of());
    }

    private String trouble(Host host) {
        return String.valueOf(engine.look(host, Map.of(), Set.of()).trouble());
    }

    private void assertSentence(String problem, String remedy) {
        assertThat(trouble(host()))
                .startsWith("host docker01: ")
                .contains(problem, remedy)
                .doesNotContain("\n", "BEGIN");
    }

    @Test
    void containersRunOnAnEngineBehindTlsAndArePublishedAsEver() throws PortException {
        secret("1", ca.files("client"));
        engine.hosts(List.of(host()));
        await().until(() -> !heard.hosts.isEmpty());
        Owner owner = new Owner(new ObjectKey("default", "web"), 0, 1);
        Probe probe = new Probe("/ready", 80, 0, 1, 1, 3);
        Template template =
                new Template(List.of(), List.of(), Map.of(), List.of(new Template.Port("http", 80)), probe, 1);
        engine.start(
                host(),
                owner,
                new Entry(1, new Version("v1"), engine.pull(host(), SERVER.reference()), 21000, template));
        await().untilAsserted(() -> assertThat(
                        engine.look(host(), Map.of(owner, probe), Set.of()).containers())
                .singleElement()
                .satisfies(container -> assertThat(container.health().name()).isEqualTo("HEALTHY")));
        await().until(() -> heard.services.contains(owner.service()));
        engine.remove(host(), look().containers().get(0).id(), 1);
        assertThat(look().containers()).isEmpty();
    }

    @Test
    void keysOfEveryUsualFormAreTaken() throws IOException {
        Map<String, byte[]> files = ca.files("client");
        TestCa.run("rsa", "-traditional", "-in", ca.file("client-key.pem"), "-out", ca.file("pkcs1.pem"));
        TestCa.run("ec", "-in", ca.file("curve-key.pem"), "-out", ca.file("sec1.pem"));
        assertThat(new String(ca.read("client-key.pem"), StandardCharsets.UTF_8))
                .contains("BEGIN PRIVATE KEY");
        assertThat(new String(ca.read("pkcs1.pem"), StandardCharsets.UTF_8)).contains("BEGIN RSA PRIVATE KEY");
        assertThat(new String(ca.read("sec1.pem"), StandardCharsets.UTF_8)).contains("BEGIN EC PRIVATE KEY");
        assertAccepted(files);
        assertAccepted(with(files, "key.pem", ca.read("pkcs1.pem")));
        assertAccepted(ca.files("curve"));
        assertAccepted(with(ca.files("curve"), "key.pem", ca.read("sec1.pem")));
        assertAccepted(Map.of(
                "ca.crt", files.get("ca.pem"), "tls.crt", files.get("cert.pem"), "tls.key", files.get("key.pem")));
    }

    private void assertAccepted(Map<String, byte[]> files) {
        secret("1", files);
        try (DockerEngine fresh =
                new DockerEngine("test", IMPATIENT, heard, key -> Optional.ofNullable(secrets.get(key)))) {
            assertThat(fresh.look(host(), Map.of(), Set.of()).trouble()).isNull();
        }
    }

    private static Map<String, byte[]> with(Map<String, byte[]> files, String name, byte[] content) {
        Map<String, byte[]> changed = new HashMap<>(files);
        changed.put(name, content);
        return changed;
    }

    private static Map<String, byte[]> without(Map<String, byte[]> files, String name) {
        Map<String, byte[]> changed = new HashMap<>(files);
        changed.remove(name);
        return changed;
    }

    @Test
    void wrongAuthorityIsToldAndACorrectedSecretIsUsedWithoutARestart() {
        secret("1", with(ca.files("client"), "ca.pem", otherCa.read("ca.pem")));
        assertSentence(
                "is not signed by the CA in the Secret cairn-system/docker01-tls",
                "put the CA of that engine into the Secret");
        secret("2", ca.files("client"));
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(look().trouble()).isNull());
        // And the other way round: what is withdrawn is used no longer.
        secrets.clear();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(String.valueOf(look().trouble()))
                        .contains(
                                "the Secret cairn-system/docker01-tls does not exist",
                                "correct spec.docker.tlsSecretRef"));
    }

    @Test
    void secretsThatAreOfNoUseAreTold() {
        Map<String, byte[]> files = ca.files("client");
        byte[] garbage = "-----BEGIN NONSENSE-----".getBytes(StandardCharsets.UTF_8);
        assertUseless(without(files, "cert.pem"), "has no cert.pem (or tls.crt): add it");
        assertUseless(without(files, "key.pem"), "has no key.pem (or tls.key): add it");
        assertUseless(without(files, "ca.pem"), "has no ca.pem (or ca.crt): add it");
        assertUseless(with(files, "ca.pem", garbage), "has no certificate in PEM form in its ca.pem");
        assertUseless(with(files, "key.pem", garbage), "has no private key in PEM form in its key.pem");
        assertUseless(with(files, "key.pem", ca.read("curve-key.pem")), "that is not the key of its cert.pem");
        assertUseless(with(files, "key.pem", ca.read("server-key.pem")), "that is not the key of its cert.pem");
        assertUseless(ca.files("expired"), "has a cert.pem that expired at 20");
    }

    private void assertUseless(Map<String, byte[]> files, String problem) {
        secret("1", files);
        try (DockerEngine fresh =
                new DockerEngine("test", IMPATIENT, heard, key -> Optional.ofNullable(secrets.get(key)))) {
            assertThat(String.valueOf(fresh.look(host(), Map.of(), Set.of()).trouble()))
                    .startsWith("host docker01: the Secret cairn-system/docker01-tls ")
                    .contains(problem)
                    .doesNotContain("\n", "BEGIN");
        }
    }

    @Test
    void certificateThatTheEngineDoesNotTrustIsTold() {
        secret("1", with(otherCa.files("client"), "ca.pem", ca.read("ca.pem")));
        assertThat(trouble(host()))
                .containsAnyOf("refuses the certificate in the Secret", "closed the TLS connection")
                .contains("cairn-system/docker01-tls", "trusts");
    }

    @Test
    void tlsOnOneSideOnlyIsTold() throws IOException {
        Host plain = new Host("docker01", host().url(), docker.address(), 20000, 29999, false);
        assertThat(trouble(plain)).contains("wants TLS", "spec.docker.tlsSecretRef");
        secret("1", ca.files("client"));
        int plainPort = freePort();
        try (PrivateEngine open = PrivateEngine.start("--host=tcp://127.0.0.1:" + plainPort)) {
            assertThat(open.address()).isNotEmpty();
            assertThat(trouble(host(plainPort))).contains("does not speak TLS", "start it with --tlsverify");
        }
    }

    @Test
    void engineWhoseCertificateExpiredOrIsForAnotherNameIsTold() throws IOException {
        secret("1", ca.files("client"));
        try {
            docker.stop();
            present("expired");
            docker.restart();
            assertSentence("the certificate of the engine at " + host().url() + " has expired", "renew it there");
            docker.stop();
            present("elsewhere");
            docker.restart();
            await().untilAsserted(() -> assertSentence(
                    "is for another name",
                    "add the name or address in spec.docker.url to its subject alternative names"));
        } finally {
            docker.stop();
            present("server");
            docker.restart();
        }
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(look().trouble()).isNull());
    }

    @Test
    void serverThatNeverShakesHandsHoldsNothingUp() throws IOException {
        secret("1", ca.files("client"));
        AtomicInteger accepted = new AtomicInteger();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread acceptor = Calls.daemon(() -> acceptAll(silent, accepted), "silent");
            acceptor.start();
            Host host = host(silent.getLocalPort());
            engine.hosts(List.of(host));
            assertThat(trouble(host)).contains("did not answer within 3 s");
            // The watch has one thread: it can only have asked again when the first handshake was given up.
            int before = accepted.get();
            await().atMost(Duration.ofSeconds(40)).until(() -> accepted.get() > before + 2);
        }
    }

    private static void acceptAll(ServerSocket server, AtomicInteger accepted) {
        List<Socket> open = new java.util.ArrayList<>();
        try {
            while (true) {
                open.add(server.accept());
                accepted.incrementAndGet();
            }
        } catch (IOException e) {
            // closed
        }
    }
}
