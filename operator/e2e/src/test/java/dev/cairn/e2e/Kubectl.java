package dev.cairn.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The real kubectl: from PATH, or the one that the environment variable KUBECTL names. */
final class Kubectl {
    private static final String PROGRAM =
            Optional.ofNullable(System.getenv("KUBECTL")).orElse("kubectl");

    private final Path kubeconfig;
    private final Path directory;

    /** What a call ended with; {@code err} holds warnings too. */
    record Result(int code, String out, String err) {}

    Kubectl(Path kubeconfig, Path directory) {
        this.kubeconfig = kubeconfig;
        this.directory = directory;
    }

    /** Runs it with that standard input. */
    Result run(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(PROGRAM, "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of("--cache-dir", directory.resolve("kube-cache").toString()));
        command.addAll(List.of(arguments));
        try {
            Path out = Files.createTempFile(directory, "kubectl", ".out");
            Path err = Files.createTempFile(directory, "kubectl", ".err");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("does not end: " + String.join(" ", command));
            }
            Result result = new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs it; anything but success is an error. */
    String ok(String... arguments) {
        return succeeded(run("", arguments));
    }

    /** Applies a text of YAML documents; returns what kubectl said, warnings included. */
    String apply(String yaml) {
        return succeeded(run(yaml, "apply", "-f", "-"));
    }

    /** Asks the API whether it would take this; changes nothing. Returns what kubectl said, warnings included. */
    String dryRun(String yaml) {
        return succeeded(run(yaml, "apply", "--dry-run=server", "-f", "-"));
    }

    /** Applies what must be refused; returns why, which must be a sentence and no stack trace. */
    String refused(String yaml) {
        Result result = run(yaml, "apply", "-f", "-");
        if (result.code == 0) {
            throw new AssertionError("not refused: " + result.out + "\n" + yaml);
        }
        if (result.err.contains("Exception") || result.err.contains("\tat ")) {
            throw new AssertionError("no sentence for users: " + result.err);
        }
        return result.err;
    }

    private static String succeeded(Result result) {
        if (result.code != 0) {
            throw new AssertionError("kubectl failed: " + result.err + result.out);
        }
        return result.out + result.err;
    }
}
