package dev.cairn.app.cli;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Starts this program again in the background, with the same Java and its flags; it outlives the terminal. */
final class Launch {
    private static final long MAX_LOG = 10L * 1024 * 1024;

    private static final int TAIL_BYTES = 16 * 1024;

    private final Path log;
    private final long logStart;
    private final Process process;

    private Launch(Path log, long logStart, Process process) {
        this.log = log;
        this.logStart = logStart;
        this.process = process;
    }

    /**
     * @param words what to tell the program, such as {@code up examples/first}
     * @throws UserError when it cannot be started
     */
    static Launch start(Path state, List<String> words) throws IOException {
        Files.createDirectories(state);
        Path log = state.resolve("cairn.log");
        if (Files.exists(log) && Files.size(log) > MAX_LOG) {
            Files.move(log, state.resolve("cairn.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        long start = Files.exists(log) ? Files.size(log) : 0;
        ProcessBuilder builder = new ProcessBuilder(command(words))
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new Launch(log, start, builder.start());
    }

    private static List<String> command(List<String> words) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid"); // becomes the program: the process id stays the same
        }
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("dev.cairn.app.Main");
        command.addAll(words);
        return command;
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    Path log() {
        return log;
    }

    /** The last lines that the process has written. */
    List<String> lastLines(int count) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(logStart, file.length() - TAIL_BYTES);
            file.seek(from);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            List<String> lines = new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .map(Texts::line)
                    .filter(line -> !line.isEmpty())
                    .toList();
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        }
    }
}
