package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** One kubectl program against one server. */
public record Kubectl(String program, Path kubeconfig, Path home, List<String> flags, Map<String, String> variables) {
    /** How it ended, and all it said. */
    public record Result(int code, String output) {}

    /** The one on the PATH, or named by KUBECTL; its cache and its home are in a folder that the test gives. */
    public static Kubectl current(Path kubeconfig, Path home) {
        return new Kubectl(setting("KUBECTL").orElse("kubectl"), kubeconfig, home, List.of(), Map.of());
    }

    /**
     * kubectl 1.20: named by KUBECTL_1_20 (the program, or Debian's package kubernetes-client to unpack), else kubectl-1.20
     * on the PATH, else the package is downloaded with apt.
     */
    public static Kubectl version120(Path kubeconfig, Path home) throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "kubectl-1.20").toAbsolutePath());
        Path unpacked = folder.resolve("usr/bin/kubectl");
        Optional<String> named = setting("KUBECTL_1_20").or(() -> onPath("kubectl-1.20"));
        if (named.isPresent() && !named.get().endsWith(".deb")) {
            return new Kubectl(named.get(), kubeconfig, home, List.of(), Map.of());
        }
        if (!Files.exists(unpacked)) {
            Path debian = named.isPresent() ? Path.of(named.get()) : download(folder);
            run(folder, List.of("dpkg", "-x", debian.toString(), folder.toString()));
        }
        return new Kubectl(unpacked.toString(), kubeconfig, home, List.of(), Map.of());
    }

    /** The same, in a namespace. */
    public Kubectl in(String namespace) {
        return new Kubectl(program, kubeconfig, home, List.of("--namespace", namespace), variables);
    }

    /** The same, with one more variable in its environment. */
    public Kubectl with(String variable, String value) {
        return new Kubectl(program, kubeconfig, home, flags, Map.of(variable, value));
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

    private static Optional<String> onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static void run(Path folder, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    public Process start(Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--kubeconfig",
                kubeconfig.toString(),
                "--cache-dir",
                home.resolve("cache").toString()));
        command.addAll(flags);
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", home.toString());
        builder.environment().putAll(variables);
        return builder.start();
    }

    public Result run(Object... arguments) throws Exception {
        Process process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    /** Runs beside the test. */
    public CompletableFuture<Result> later(Object... arguments) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return run(arguments);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** The output of a command that must succeed. */
    public String ok(Object... arguments) throws Exception {
        Result result = run(arguments);
        assertThat(result.code()).as(result.output()).isZero();
        return result.output();
    }
}
