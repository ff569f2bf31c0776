package dev.cairn.e2e;

import dev.cairn.app.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code cairn up} as a process of its own, which can be killed and started again on the same state. */
final class OperatorProcess {
    private final Path state;
    private final Path folder;
    private final Path log;
    private final String proxyAddress;
    private final String installation;
    private final List<String> always;
    private @Nullable Process process;

    /**
     * Starts nothing yet.
     *
     * @param folder that it follows
     * @param always options of every start
     */
    OperatorProcess(Path state, Path folder, Path log, String proxyAddress, String installation, List<String> always) {
        this.state = state;
        this.folder = folder;
        this.log = log;
        this.proxyAddress = proxyAddress;
        this.installation = installation;
        this.always = always;
    }

    /** Kills it as an empty battery would, and waits until it is gone. */
    void kill() {
        if (process != null) {
            process.destroyForcibly();
            awaitEnd(process);
        }
    }

    /** Starts it, the first time or after {@link #kill}. */
    void start() {
        process = launch(Map.of(), List.of());
    }

    /** Starts it in that environment, after {@link #kill}. */
    void startIn(Map<String, String> environment) {
        process = launch(environment, List.of());
    }

    /** Starts it with further options, after {@link #kill}. */
    void start(String... options) {
        process = launch(Map.of(), List.of(options));
    }

    /** Tells it to end, and waits until it has. */
    void stop() {
        if (process != null) {
            process.destroy();
            awaitEnd(process);
        }
    }

    /** Stops it where it is: its connections stay open, and nothing is answered. */
    void freeze() {
        signal("-STOP");
    }

    /** Ends {@link #freeze}. */
    void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean runs() {
        return process != null && process.isAlive();
    }

    /** Whether it has got so far that it reaches its API. */
    boolean isUp() throws IOException {
        Path file = state.resolve("cairn.pid");
        return Files.exists(file) && Files.readString(file).strip().equals(Long.toString(pid()));
    }

    private Process launch(Map<String, String> environment, List<String> options) {
        List<String> command = new ArrayList<>(cairn());
        command.addAll(
                List.of("up", "--state=" + state, "--proxy-address=" + proxyAddress, "--installation=" + installation));
        command.addAll(always);
        command.addAll(options);
        command.add(folder.toString());
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As users start it where Maven has packaged it for this run; where it has only been compiled, from its classes. */
    private static List<String> cairn() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        if (classPath.contains("cairn-app-")) {
            archive();
            return List.of(Cairn.root().resolve("cairn").toString());
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                classPath,
                Main.class.getName());
    }

    /** The scenarios start operators again and again, which takes less with the archive of classes. */
    private static void archive() {
        Path home = Cairn.root().resolve("operator/app/target");
        try (FileChannel lock = FileChannel.open(
                        home.resolve("archive.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock.lock()) {
            Path archive = home.resolve("cairn/classes.jsa");
            if (held.isValid() && (Files.notExists(archive) || isOlder(archive, home.resolve("cairn")))) {
                new ProcessBuilder(Cairn.root().resolve("make/archive").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("archive.log").toFile())
                        .start()
                        .waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether something was put into the directory since. */
    private static boolean isOlder(Path file, Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            FileTime made = Files.getLastModifiedTime(file);
            for (Path other : files.toList()) {
                if (Files.getLastModifiedTime(other).compareTo(made) > 0) {
                    return true;
                }
            }
            return false;
        }
    }

    private void awaitEnd(Process process) {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("operator " + process.pid() + " does not end; see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Its process id; it must run. */
    long pid() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("the operator does not run");
        }
        return running.pid();
    }
}
