package dev.cairn.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Twelve containers by Debian's docker-compose: one project per engine, both at once. */
final class Compose {
    private static final String PROGRAM = "docker-compose";

    private Compose() {}

    static boolean installed() {
        return Commands.installed(PROGRAM);
    }

    static Duration twelve(Engines engines) throws Exception {
        Path directory = Files.createTempDirectory("cairn-bench-");
        Map<Engines.Engine, Path> projects = write(engines, directory);
        try {
            return Installation.timed(() -> {
                inEach(projects, "up", "--detach");
                DockerRun.awaitAnswers(engines);
            });
        } finally {
            inEach(projects, "down", "--timeout", "1");
            Commands.delete(directory);
        }
    }

    /** The containers share the engine's own bridge, as those of the peers do. */
    private static Map<Engines.Engine, Path> write(Engines engines, Path directory) throws Exception {
        Map<Engines.Engine, StringBuilder> texts = new LinkedHashMap<>();
        for (int i = 0; i < TwelveContainers.COUNT; i++) {
            Engines.Engine engine = engines.of(i);
            texts.computeIfAbsent(engine, any -> new StringBuilder("version: \"3\"\nservices:\n"))
                    .append("""
                              app%d:
                                image: %s
                                network_mode: bridge
                                labels: [%s]
                                ports: ["%s:%d:%d"]
                            """.formatted(
                                    i,
                                    Engines.image(i),
                                    Engines.LABEL,
                                    engine.address(),
                                    Engines.port(i),
                                    Engines.CONTAINER_PORT));
        }
        Map<Engines.Engine, Path> files = new LinkedHashMap<>();
        for (Map.Entry<Engines.Engine, StringBuilder> text : texts.entrySet()) {
            Path project = Files.createDirectory(directory.resolve("bench" + files.size()));
            files.put(text.getKey(), Files.writeString(project.resolve("docker-compose.yml"), text.getValue()));
        }
        return files;
    }

    private static void inEach(Map<Engines.Engine, Path> projects, String... words) {
        List<CompletableFuture<Void>> runs = new ArrayList<>();
        projects.forEach((engine, file) -> {
            List<String> command = new ArrayList<>(List.of(PROGRAM, "--host", engine.url(), "--file", file.toString()));
            command.addAll(List.of(words));
            runs.add(CompletableFuture.runAsync(() -> run(command)));
        });
        runs.forEach(CompletableFuture::join);
    }

    private static void run(List<String> command) {
        try {
            Commands.run(command);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
