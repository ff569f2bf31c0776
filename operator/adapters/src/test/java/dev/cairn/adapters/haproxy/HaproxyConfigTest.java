package dev.cairn.adapters.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HaproxyConfigTest {
    private static final String SOCKET = "/var/lib/cairn/worker.sock";

    @TempDir
    Path dir;

    @Test
    void withoutListeners() throws Exception {
        String text = HaproxyConfig.render(SOCKET, Optional.empty(), "127.0.0.1", Map.of(), 1, List.of());
        assertThat(text).isEqualTo(golden("idle.cfg"));
        assertAccepted(text);
    }

    @Test
    void listenersAndServersInOrder() throws Exception {
        List<Server> servers = List.of(
                server("h1", 'b', 2, "host.example", "10.0.0.12", true),
                server("h0", 'a', 3, "10.0.0.11", "10.0.0.11", true),
                server("h0", 'a', 1, "10.0.0.11", "10.0.0.11", true),
                server("h0", 'b', 4, "fd00::1", "fd00::1", true),
                server("h0", 'b', 5, "10.0.0.11", "10.0.0.11", false),
                server("t5432", 'a', 6, "10.0.0.11", "10.0.0.11", true));
        Map<Integer, Protocol> ports = Map.of(8081, Protocol.HTTP, 8080, Protocol.HTTP, 5432, Protocol.TCP);
        String text = HaproxyConfig.render(SOCKET, Optional.of("nobody"), "*", ports, 2, servers);
        assertThat(text).isEqualTo(golden("three-listeners.cfg"));
        assertAccepted(text.replace("group nobody", "group nogroup"));
    }

    private static Server server(String pair, char pool, int n, String address, String ip, boolean enabled) {
        Owner owner = new Owner(new ObjectKey("default", "webapp"), 0, n);
        return new Server(new Pool(pair, pool), new Backend(owner, address, 20000 + n), ip, enabled, enabled, 0);
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = HaproxyConfigTest.class.getResourceAsStream("/haproxy/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What is rendered must also please HAProxy. */
    private void assertAccepted(String text) throws Exception {
        Files.writeString(dir.resolve("haproxy.cfg"), text);
        Files.writeString(dir.resolve(Worker.MAP), "");
        Files.writeString(dir.resolve(StateDir.SERVERS), "1\n");
        Process check = new ProcessBuilder(
                        Daemon.executable().toString(), "-C", dir.toString(), "-c", "-f", "haproxy.cfg")
                .redirectErrorStream(true)
                .start();
        String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("Configuration file is valid").doesNotContain("WARNING");
    }
}
