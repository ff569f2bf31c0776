package dev.cairn.app.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The process that runs {@code cairn up} on a state directory, found by its cairn.pid. */
final class Background {
    private static final String MAIN = "dev.cairn.app.Main";

    /** The start time that the system tells is not exact. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private final Path pidFile;

    Background(Path state) {
        this.pidFile = state.resolve("cairn.pid");
    }

    /** The process, when it lives and is the one that has written the file. */
    Optional<ProcessHandle> process() {
        try {
            long pid = Long.parseLong(Files.readString(pidFile).strip().split("\\s+", 2)[0]);
            Instant written = Files.getLastModifiedTime(pidFile).toInstant();
            return ProcessHandle.of(pid)
                    .filter(process -> process.pid() != ProcessHandle.current().pid())
                    .filter(process -> isOurs(process, written))
                    .filter(Background::lives);
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UserError(pidFile + " cannot be read: " + e.getMessage());
        }
    }

    /** Process ids are used again; a process that started after the file was written is another one. */
    private static boolean isOurs(ProcessHandle process, Instant written) {
        boolean older = process.info()
                .startInstant()
                .map(start -> start.minus(TOLERANCE).isBefore(written))
                .orElse(false);
        return older && arguments(process).contains(MAIN);
    }

    /** A process that has ended and whose parent has not asked for its result is dead too. */
    static boolean lives(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
            return !stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (IOException e) {
            return process.isAlive(); // gone meanwhile, or no Linux
        }
    }

    /** The whole command line of a process; empty when it cannot be seen. */
    static List<String> arguments(ProcessHandle process) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
            return List.of(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
        } catch (IOException e) {
            return process.info()
                    .commandLine()
                    .map(line -> List.of(line.split(" ", -1)))
                    .orElse(List.of());
        }
    }

    /** What the process was told after the name of the program, such as {@code up examples/first}. */
    static List<String> words(ProcessHandle process) {
        List<String> all = arguments(process);
        List<String> words = all.subList(all.indexOf(MAIN) + 1, all.size());
        boolean terminated = !words.isEmpty() && words.get(words.size() - 1).isEmpty();
        return List.copyOf(terminated ? words.subList(0, words.size() - 1) : words);
    }

    /**
     * Asks the process to stop, and kills it when it has not done so in time. Returns when it is gone.
     *
     * @throws UserError when it cannot be stopped
     */
    void stop(ProcessHandle process, Duration patience) throws IOException, InterruptedException {
        String what = "process " + process.pid();
        if (!process.destroy() && lives(process)) {
            throw new UserError(what + " cannot be stopped: it belongs to another user; run this as that user");
        }
        if (!ended(process, patience)) {
            process.destroyForcibly();
            if (!ended(process, patience)) {
                throw new UserError(what + " does not end, although it was killed");
            }
        }
        Files.deleteIfExists(pidFile);
    }

    private static boolean ended(ProcessHandle process, Duration patience) throws InterruptedException {
        try {
            return Poll.until(
                            Duration.ofMillis(50),
                            patience,
                            () -> lives(process) ? Optional.empty() : Optional.of(true))
                    .isPresent();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("looking at a process does not fail", e);
        }
    }
}
