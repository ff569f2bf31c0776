package dev.cairn.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * From the start of the JVM to the first Host Ready, against an operator that does nothing on the same API, to its first
 * reconciliation. Both get the same folderful of one Host, or apply it themselves.
 */
final class Startup {
    private Startup() {}

    static void run(int rounds) throws Exception {
        Rounds.of("JVM start to first Ready")
                .with("cairn", () -> cairn(Startup::launcher))
                .with("cairn, no archive", () -> cairn(Startup::withoutArchive))
                .with("empty operator", Startup::empty)
                .run(rounds);
    }

    private static Duration empty() throws Exception {
        Path state = Files.createTempDirectory("cairn-bench-");
        try {
            Instant start = Instant.now();
            Process process = java("dev.cairn.bench.EmptyOperator", List.of(state.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("the empty operator did not reconcile within a minute");
            }
            return Duration.between(start, Instant.now());
        } finally {
            Commands.delete(state);
        }
    }

    /** As a user starts it: with the archive of classes, where the build has made one. */
    private static ProcessBuilder launcher(List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of(Path.of("cairn").toAbsolutePath().toString()));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    private static ProcessBuilder withoutArchive(List<String> arguments) {
        return java("dev.cairn.app.Main", arguments);
    }

    /** The hosts are those of the installation. */
    private static Duration cairn(Function<List<String>, ProcessBuilder> program) throws Exception {
        Path state = Files.createTempDirectory("cairn-bench-");
        try {
            Path folder = Files.createDirectories(state.resolve("folder"));
            Files.copy(Installation.state().resolve("hosts/hosts.yaml"), folder.resolve("hosts.yaml"));
            ProcessBuilder up = program.apply(List.of(
                    "up", "--state", state.resolve("state").toString(), "--installation", "bench", folder.toString()));
            Instant start = Instant.now();
            Process process = up.redirectErrorStream(true).start();
            try {
                return untilReady(process, state.resolve("state/kubeconfig"), start);
            } finally {
                process.destroy();
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        } finally {
            Commands.delete(state);
        }
    }

    private static Duration untilReady(Process process, Path kubeconfig, Instant start) throws Exception {
        try (BufferedReader log =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = log.readLine()) != null) {
                if (line.contains("cairn is up")) {
                    return HostReady.await(kubeconfig, start);
                }
            }
        }
        throw new IllegalStateException("cairn ended before it was up");
    }

    private static ProcessBuilder java(String main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }
}
