package dev.cairn.fuzz;

import dev.cairn.embedded.EmbeddedApi;
import dev.cairn.embedded.admission.Admission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** An embedded API for as long as this process runs: a fuzz target is called many times and has no end of its own. */
public final class Api {
    private final EmbeddedApi api;
    private final Path kubeconfig;

    /** Few, so that a test sees what happens when there were more. */
    private static final int HISTORY = 100;

    /** @param definitions CustomResourceDefinitions, YAML */
    public Api(List<String> definitions, Admission admission) {
        try {
            Path directory = Files.createTempDirectory("cairn-fuzz");
            api = EmbeddedApi.start(
                    new EmbeddedApi.Config(directory.resolve("data"), "127.0.0.1", 0, definitions, admission, HISTORY));
            kubeconfig = directory.resolve("kubeconfig");
            api.writeKubeconfig(kubeconfig);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(directory)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end(Path directory) {
        try {
            api.close();
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException e) {
            System.err.println("left behind: " + directory + ": " + e);
        }
    }

    public EmbeddedApi served() {
        return api;
    }

    public Path kubeconfig() {
        return kubeconfig;
    }
}
