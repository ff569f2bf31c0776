package dev.cairn.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** One kubectl program against one server. */
record Kubectl(String program, Path kubeconfig) {
    record Result(int code, String output) {}

    static Kubectl current(Path kubeconfig) {
        return new Kubectl(setting("KUBECTL").orElse("kubectl"), kubeconfig);
    }

    /**
     * kubectl 1.20: named by KUBECTL_1_20 (the program, or Debian's package kubernetes-client to unpack), else the package
     * is downloaded with apt.
     */
    static Kubectl version120(Path kubeconfig) throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "kubectl-1.20").toAbsolutePath());
        Path unpacked = folder.resolve("usr/bin/kubectl");
        Optional<String> named = setting("KUBECTL_1_20");
        if (named.isPresent() && !named.get().endsWith(".deb")) {
            return new Kubectl(named.get(), kubeconfig);
        }
        if (!Files.exists(unpacked)) {
            Path debian = named.isPresent() ? Path.of(named.get()) : download(folder);
            run(folder, List.of("dpkg", "-x", debian.toString(), folder.toString()));
        }
        return new Kubectl(unpacked.toString(), kubeconfig);
    }

    private static Path download(Path folder) throws Exception {
        run(folder, List.of("apt-get", "download", "kubernetes-client"));
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getProperty(name, System.getenv(name)))
                .filter(value -> !value.isBlank());
    }

    private static void run(Path folder, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    Process start(Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--kubeconfig",
                kubeconfig.toString(),
                "--cache-dir",
                kubeconfig.resolveSibling("cache").toString()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", kubeconfig.getParent().toString());
        return builder.start();
    }

    Result run(Object... arguments) throws Exception {
        Process process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    /** Runs beside the test. */
    CompletableFuture<Result> later(Object... arguments) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return run(arguments);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** The output of a command that must succeed. */
    String ok(Object... arguments) throws Exception {
        Result result = run(arguments);
        assertThat(result.code()).as(result.output()).isZero();
        return result.output();
    }
}
