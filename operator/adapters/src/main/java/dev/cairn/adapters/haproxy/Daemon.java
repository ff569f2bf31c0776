package dev.cairn.adapters.haproxy;

import dev.cairn.core.port.PortException;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** HAProxy as processes: a master that outlives the operator, and its workers. */
final class Daemon {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration SUCCESSION_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

    private final StateDir state;
    private final Master master;

    Daemon(StateDir state) {
        this.state = state;
        this.master = new Master(state.master());
    }

    Master master() {
        return master;
    }

    /** The executable, also where a user's PATH leaves out the system's directories. */
    static Path executable() throws PortException {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return executable(Stream.concat(
                Arrays.stream(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/usr/local/sbin")));
    }

    static Path executable(Stream<String> directories) throws PortException {
        return directories
                .filter(dir -> !dir.isEmpty())
                .map(dir -> Path.of(dir, "haproxy"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new PortException.Invalid(
                        "ProxyMissing",
                        "HAProxy is not installed on this machine: install it with `apt-get install haproxy`"));
    }

    /** The account that the distribution made for the worker; only root can change to it. */
    static Optional<String> workerUser() throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.empty();
        }
        try (Stream<String> accounts = Files.lines(Path.of("/etc/passwd"))) {
            return accounts.anyMatch(line -> line.startsWith("haproxy:")) ? Optional.of("haproxy") : Optional.empty();
        }
    }

    /** Whether the master runs. */
    boolean runs() throws IOException {
        return process(state).isPresent();
    }

    /** Lets HAProxy judge a configuration before it becomes the one in the directory. */
    void install(String config) throws IOException, PortException {
        String draft = "draft.cfg";
        state.write(draft, config);
        run("HAProxy refuses the configuration that Cairn wrote", List.of("-c", "-f", draft));
        Files.move(state.file(draft), state.file(StateDir.CONFIG), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Starts HAProxy in the background and waits until it answers. */
    void start() throws IOException, PortException {
        String masterSocket = state.master() + ",mode,600";
        run(
                "HAProxy does not start",
                List.of("-W", "-D", "-S", masterSocket, "-p", StateDir.PID, "-f", StateDir.CONFIG));
        if (!Wait.until(SUCCESSION_TIMEOUT, () -> answers(0))) {
            throw new IOException("HAProxy was started and does not answer");
        }
    }

    /** Replaces the worker by a new one and waits until the old one hands everything new on to it. */
    void reload(long oldPid) throws IOException {
        master.reload();
        boolean done = Wait.until(SUCCESSION_TIMEOUT, () -> failed() || answers(oldPid) && handedOver());
        if (!done || failed()) {
            throw new IOException("HAProxy did not take its new configuration and goes on with the one before:"
                    + " a port may have been taken in the same moment");
        }
    }

    private boolean failed() {
        try {
            return master.workers().failed();
        } catch (IOException inBetween) {
            return false;
        }
    }

    private boolean answers(long otherThan) {
        try (Worker worker = Worker.open(state.worker())) {
            long pid = worker.identity().pid();
            return pid != otherThan && master.workers().current() == pid;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean handedOver() {
        try {
            for (long pid : master.workers().old()) {
                if (!master.stopping(pid)) {
                    return false;
                }
            }
            return true;
        } catch (IOException justEnded) {
            return false;
        }
    }

    private void run(String failure, List<String> arguments) throws IOException, PortException {
        List<String> command = new ArrayList<>();
        command.add(executable().toString());
        command.addAll(List.of("-C", state.dir().toString()));
        command.addAll(arguments);
        Path log = state.file(StateDir.LOG);
        Process process = new ProcessBuilder(command)
                .directory(state.dir().toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(COMMAND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(failure + ": no result within " + COMMAND_TIMEOUT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for HAProxy");
        }
        if (process.exitValue() != 0) {
            throw new PortException.Transient("ProxyRefused", failure + ": " + complaint(log));
        }
    }

    private static String complaint(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.startsWith("[ALERT]"))
                    .findFirst()
                    .map(line -> line.replaceFirst("^\\[ALERT] +\\([0-9]+\\) : ", ""))
                    .orElse("see " + log);
        }
    }

    /**
     * Ends the HAProxy of a state directory: asks for a graceful stop, after 3 s for an immediate one, after 3 s more
     * kills it. Nothing happens when none runs.
     */
    static void stop(StateDir state) throws IOException {
        for (ProcessHandle process : masters(state)) {
            List<ProcessHandle> workers = process.children().toList();
            softStop(process.pid());
            if (!Wait.until(STOP_TIMEOUT, () -> ended(process))) {
                process.destroy();
                if (!Wait.until(STOP_TIMEOUT, () -> ended(process))) {
                    process.destroyForcibly();
                    workers.forEach(ProcessHandle::destroyForcibly);
                    Wait.until(STOP_TIMEOUT, () -> ended(process));
                }
            }
        }
        Files.deleteIfExists(state.file(StateDir.PID));
        state.removeSockets();
    }

    /** One that has ended but that nobody has asked about yet, as in a container without an init process, has no program. */
    static boolean ended(ProcessHandle process) {
        return !process.isAlive() || process.info().command().isEmpty();
    }

    /** Java sends no other signal than the ones to end; every shell has {@code kill} built in. */
    private static void softStop(long pid) throws IOException {
        new ProcessBuilder("/bin/sh", "-c", "kill -USR1 " + pid)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
    }

    /** The process that the pid file names, provided that it is an HAProxy on this directory. */
    private static Optional<ProcessHandle> process(StateDir state) throws IOException {
        Path file = state.file(StateDir.PID);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).strip();
        if (!text.matches("[1-9][0-9]{0,9}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(text))
                .filter(ProcessHandle::isAlive)
                .filter(p -> ours(p, state));
    }

    /** Whatever runs on this directory, the pid file or not: when a start is broken off, nobody has written it. */
    private static List<ProcessHandle> masters(StateDir state) {
        List<ProcessHandle> all =
                ProcessHandle.allProcesses().filter(p -> ours(p, state)).toList();
        return all.stream()
                .filter(p -> p.parent().filter(all::contains).isEmpty())
                .toList();
    }

    private static boolean ours(ProcessHandle process, StateDir state) {
        // An upgraded package leaves the command as ".../haproxy (deleted)".
        String command = process.info().command().orElse("");
        List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
        int directory = arguments.indexOf("-C");
        return command.contains("/haproxy")
                && directory >= 0
                && directory + 1 < arguments.size()
                && arguments.get(directory + 1).equals(state.dir().toString());
    }
}
