package dev.cairn.embedded.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.embedded.EmbeddedApi;
import dev.cairn.embedded.admission.Admission;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerKeyTest {
    private static final String LOOPBACK = "127.0.0.1";

    @TempDir
    Path directory;

    private List<String> names(String address) throws Exception {
        X509Certificate certificate =
                ServerKey.loadOrCreate(directory, address).keyManager().getCertificateChain("server")[0];
        return certificate.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }

    @Test
    void theCertificateStaysAsLongAsItIsForTheAddress() throws Exception {
        ServerKey first = ServerKey.loadOrCreate(directory, LOOPBACK);
        assertThat(ServerKey.loadOrCreate(directory, LOOPBACK)).isEqualTo(first);
        assertThat(names("10.1.2.3")).contains(LOOPBACK, "10.1.2.3", "localhost");
        ServerKey second = ServerKey.loadOrCreate(directory, "10.1.2.3");
        assertThat(second).isNotEqualTo(first);
        assertThat(ServerKey.loadOrCreate(directory, LOOPBACK))
                .as("it is for loopback still")
                .isEqualTo(second);
    }

    @Test
    void forAllAddressesItNamesThoseThatTheMachineHas() throws Exception {
        List<String> own = java.net.NetworkInterface.networkInterfaces()
                .flatMap(java.net.NetworkInterface::inetAddresses)
                .filter(java.net.Inet4Address.class::isInstance)
                .map(java.net.InetAddress::getHostAddress)
                .toList();
        assertThat(names("0.0.0.0")).containsAll(own).contains(LOOPBACK);
    }

    @Test
    void whatIsDamagedIsSaidWithTheRemedy() throws Exception {
        ServerKey.loadOrCreate(directory, LOOPBACK);
        Files.writeString(directory.resolve("tls.crt"), "nonsense");
        assertThatThrownBy(() -> ServerKey.loadOrCreate(directory, LOOPBACK))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("remove both to get new ones");
    }

    @Test
    void nothingListensBeyondLoopbackUnlessAsked() throws Exception {
        String other = "127.0.0.2"; // stands for any address but the one that was asked for
        try (EmbeddedApi api = serve(directory.resolve("one"), LOOPBACK)) {
            try (Socket socket = new Socket(LOOPBACK, port(api))) {
                assertThat(socket.isConnected()).isTrue();
            }
            assertThatThrownBy(() -> new Socket(other, port(api))).isInstanceOf(ConnectException.class);
        }
        try (EmbeddedApi api = serve(directory.resolve("all"), "0.0.0.0")) {
            assertThat(api.url()).startsWith("https://" + LOOPBACK + ":");
            for (String address : Stream.of(LOOPBACK, other).toList()) {
                try (Socket socket = new Socket(address, port(api))) {
                    assertThat(socket.isConnected()).isTrue();
                }
            }
        }
    }

    private static EmbeddedApi serve(Path directory, String address) throws IOException {
        return EmbeddedApi.start(new EmbeddedApi.Config(directory, address, 0, List.of(), Admission.ALLOW_ALL));
    }

    private static int port(EmbeddedApi api) {
        return java.net.URI.create(api.url()).getPort();
    }
}
