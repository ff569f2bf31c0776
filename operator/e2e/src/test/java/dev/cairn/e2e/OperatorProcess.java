package dev.cairn.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The operator as a process of its own, which can be killed and started again on the same state. */
final class OperatorProcess {
    private final Path state;
    private final Path log;
    private final String proxyAddress;
    private final String installation;
    private Process process;

    OperatorProcess(Path state, Path log, String proxyAddress, String installation) {
        this.state = state;
        this.log = log;
        this.proxyAddress = proxyAddress;
        this.installation = installation;
        this.process = launch();
    }

    /** Kills it as an empty battery would, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Starts it after {@link #kill}. */
    void start() {
        process = launch();
    }

    /** Tells it to end, and waits until it has. */
    void stop() {
        process.destroy();
        awaitEnd();
    }

    boolean runs() {
        return process.isAlive();
    }

    private Process launch() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                classPath,
                OperatorMain.class.getName(),
                state.toString(),
                proxyAddress,
                installation);
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("operator " + process.pid() + " does not end; see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
