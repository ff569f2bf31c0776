package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.adapters.docker.PrivateEngine;
import dev.cairn.adapters.docker.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A Host behind TLS, as a user declares it. */
@ExtendWith(CairnExtension.class)
final class HostTlsTest {
    @Test
    void F35_wrongCaMakesThatHostNotReadyTheOthersGoOnAndACorrectedSecretIsEnough(Cairn cairn, @TempDir Path directory)
            throws IOException {
        TestCa ca = new TestCa(directory.resolve("ca"));
        TestCa other = new TestCa(directory.resolve("other"));
        ca.issue("server");
        ca.issue("client");
        int port = freePort();
        try (PrivateEngine engine = PrivateEngine.start(
                "--host=tcp://127.0.0.1:" + port,
                "--tlsverify",
                "--tlscacert=" + ca.file("ca.pem"),
                "--tlscert=" + ca.file("server-cert.pem"),
                "--tlskey=" + ca.file("server-key.pem"))) {
            cairn.loadImages(List.of(engine));
            Map<String, byte[]> wrong = new HashMap<>(ca.files("client"));
            wrong.put("ca.pem", other.read("ca.pem"));
            cairn.kubectl().apply(secret(wrong) + host(port, engine.address()));
            assertThat(cairn.awaitCondition(Cairn.hostPath("tls01"), "Ready", "False"))
                    .startsWith("host tls01: the certificate of the engine at tcp://127.0.0.1:" + port)
                    .contains("is not signed by the CA in the Secret default/tls01", "put the CA of that engine");
            try (Subject secured = Subject.start(cairn, new Yaml.Service("secured", "v0.1, v0.2, v0.3"))) {
                secured.assertHolds("v0.1", "v0.2", "v0.3");
                cairn.kubectl().apply(secret(ca.files("client")));
                cairn.awaitCondition(Cairn.hostPath("tls01"), "Ready", "True");
                secured.change(secured.yaml().stacks(3));
                assertThat(secured.stacks())
                        .extracting(s -> s.path("spec").path("hostName").asText())
                        .containsExactlyInAnyOrder(Engines.FIRST, Engines.SECOND, "tls01");
                Cairn.patiently("the container behind TLS answering too")
                        .until(() -> secured.answering("prod").size() == 3);
            }
            assertThat(engine.client().listContainersCmd().withShowAll(true).exec())
                    .isEmpty();
        } finally {
            cairn.kubectl().ok("delete", "hosts.cairn.dev", "tls01", "--timeout=60s");
            cairn.kubectl().ok("delete", "secret", "tls01");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String secret(Map<String, byte[]> files) {
        String data = files.entrySet().stream()
                .map(file -> file.getKey() + ": " + Base64.getEncoder().encodeToString(file.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
        return "apiVersion: v1\nkind: Secret\nmetadata: {name: tls01}\ndata: " + data + "\n---\n";
    }

    private static String host(int port, String address) {
        return Yaml.host("tls01", "tcp://127.0.0.1:" + port, address)
                .replace("portRange:", "tlsSecretRef: {name: tls01, namespace: default}, portRange:");
    }
}
