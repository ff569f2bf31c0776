package dev.cairn.bench;

import dev.cairn.adapters.docker.PrivateEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Twelve containers by {@code docker stack deploy}, on an engine of its own that is made a swarm of one node. Each of
 * the twelve is a service with one replica, attached to the engine's bridge and published there without Swarm's routing
 * mesh, so that what is compared is the scheduling and not the network.
 */
final class Swarm implements AutoCloseable {
    private static final Path GATEWAY = Path.of("/sys/class/net/docker_gwbridge");
    private static final String STACK = "bench";

    private final PrivateEngine engine;
    private final boolean gatewayWasThere = Files.exists(GATEWAY);
    private final Path file;

    private Swarm() throws Exception {
        engine = PrivateEngine.start("--default-address-pool=base=10.214.0.0/16,size=24");
        file = Files.createTempFile("cairn-bench-", ".yml");
        docker(
                "swarm",
                "init",
                "--advertise-addr=127.0.0.1",
                "--listen-addr=" + engine.address() + ":2377",
                "--default-addr-pool=10.215.0.0/16");
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(Path.of("target/images"), "samples-*.tar");
                InputStream archive = Files.newInputStream(archives.iterator().next())) {
            engine.client().loadImageCmd(archive).exec();
        }
        Files.writeString(file, stack());
    }

    static boolean possible() {
        return Commands.installed("dockerd") && "root".equals(System.getProperty("user.name"));
    }

    static Swarm start() throws Exception {
        return new Swarm();
    }

    Duration twelve() throws Exception {
        Duration took = Installation.timed(() -> {
            docker("stack", "deploy", "--resolve-image=never", "--compose-file=" + file, STACK);
            for (int i = 0; i < TwelveContainers.COUNT; i++) {
                int port = Engines.port(i);
                Await.until("an answer at " + port, () -> Http.ready(engine.address(), port));
            }
        });
        docker("stack", "rm", STACK);
        Await.until(
                "the end of Swarm's containers",
                () -> engine.client()
                        .listContainersCmd()
                        .withShowAll(true)
                        .exec()
                        .isEmpty());
        return took;
    }

    private static String stack() {
        StringBuilder text = new StringBuilder("version: \"3.8\"\nservices:\n");
        for (int i = 0; i < TwelveContainers.COUNT; i++) {
            text.append("""
                      app%d:
                        image: %s
                        networks: [bridge]
                        ports: [{target: %d, published: %d, mode: host}]
                    """.formatted(i, Engines.image(i), Engines.CONTAINER_PORT, Engines.port(i)));
        }
        return text + "networks:\n  bridge: {external: true, name: bridge}\n";
    }

    private void docker(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "--host=" + engine.url()));
        command.addAll(List.of(words));
        Commands.run(command);
    }

    @Override
    public void close() throws Exception {
        try {
            docker("swarm", "leave", "--force");
        } finally {
            engine.close();
            Files.delete(file);
            if (!gatewayWasThere && Files.exists(GATEWAY)) {
                Commands.run(List.of("ip", "link", "del", "docker_gwbridge"));
            }
        }
    }
}
