package dev.cairn.embedded.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process did to the files of a directory, from a trace of its system calls, and what of it would be on the disk had
 * the power gone at some moment: all that was synced; of the rest any part, sector by sector, in any order.
 */
final class Disk {
    private static final int SECTOR = 512;
    private static final String DIRECTORY = "/";
    private static final String CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,unlink";

    private static final Pattern CALL =
            Pattern.compile("(\\w+)\\((?:(\\d+)<([^>]*)>|\"([^\"]*)\")(?:, )?(.*)\\) += .*");
    private static final Pattern NUMBER = Pattern.compile("(\\d+)$");

    /**
     * @param file name in the directory; empty: the process told that a write was acknowledged
     * @param call as in {@link #CALLS}
     * @param number position or length
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Event(String file, String call, byte[] bytes, int number) {
        boolean isSync() {
            return call.equals("fsync") || call.equals("fdatasync");
        }
    }

    /** The command that runs another one and traces it into a file. */
    static List<String> traced(Path trace, List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                "strace", "-f", "-y", "-xx", "-s", "1000000", "-e", "signal=none", "-e", "trace=" + CALLS, "-o"));
        all.add(trace.toString());
        all.addAll(command);
        return all;
    }

    static List<Event> read(Path trace, Path directory) throws IOException {
        List<Event> events = new ArrayList<>();
        Map<String, String> unfinished = new HashMap<>();
        for (String line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
            String thread = line.substring(0, line.indexOf(' '));
            String call = line.substring(thread.length()).strip();
            if (call.endsWith("<unfinished ...>")) {
                unfinished.put(thread, call.replace(" <unfinished ...>", ""));
                continue;
            }
            if (call.startsWith("<... ")) {
                call = unfinished.remove(thread) + call.substring(call.indexOf("resumed>") + "resumed>".length());
            }
            Matcher matcher = CALL.matcher(call);
            if (matcher.matches() && !call.contains(" = -1 ")) {
                event(matcher, directory, events);
            }
        }
        return events;
    }

    private static void event(Matcher call, Path directory, List<Event> events) {
        String name = call.group(1);
        Path path = Path.of(text(call.group(3) == null ? call.group(4) : call.group(3)));
        String rest = call.group(5);
        if (name.equals("write")) {
            if (text(rest).strip().equals(Writes.ACKNOWLEDGED)) {
                events.add(new Event("", name, bytes(rest), 0));
            }
        } else if (path.equals(directory) || directory.equals(path.getParent())) {
            Matcher number = NUMBER.matcher(rest);
            events.add(new Event(
                    path.equals(directory) ? DIRECTORY : path.getFileName().toString(),
                    name,
                    bytes(rest),
                    number.find() ? Integer.parseInt(number.group()) : 0));
        }
    }

    private static String text(String hex) {
        return new String(bytes(hex), StandardCharsets.UTF_8).replace("\0", "");
    }

    private static byte[] bytes(String hex) {
        int from = hex.indexOf("\\x");
        int to = hex.lastIndexOf("\\x");
        byte[] bytes = new byte[from < 0 ? 0 : (to - from) / 4 + 1];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex, from + 4 * i + 2, from + 4 * i + 4, 16);
        }
        return bytes;
    }

    private final Path durable;
    private final Map<String, List<Event>> pending = new HashMap<>();

    /** @param durable an empty directory for what is synced */
    Disk(Path durable) {
        this.durable = durable;
    }

    void add(Event event) throws IOException {
        List<Event> before = pending.computeIfAbsent(event.file, name -> new ArrayList<>());
        if (event.file.equals(DIRECTORY)) {
            for (List<Event> all : pending.values()) {
                removeDurably(all);
            }
        } else if (event.isSync()) {
            for (Event done : before) {
                apply(done, durable);
            }
            before.clear();
        } else if (!event.file.isEmpty()) {
            before.add(event);
        }
    }

    /** That a file has gone is in its directory, which is synced by itself. */
    private void removeDurably(List<Event> all) throws IOException {
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).call.equals("unlink")) {
                apply(all.get(i), durable);
                all.subList(0, i + 1).clear();
                return;
            }
        }
    }

    /** Puts what is there when the power comes back into an empty directory. */
    void lose(Random random, Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(durable)) {
            for (Path file : files) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        for (List<Event> all : pending.values()) {
            for (Event event : all) {
                survive(event, random, directory);
            }
        }
    }

    private static void survive(Event event, Random random, Path directory) throws IOException {
        if (event.call.equals("pwrite64")) {
            for (int from = 0; from < event.bytes.length; ) {
                int to = Math.min(event.bytes.length, from + SECTOR - (event.number + from) % SECTOR);
                if (random.nextBoolean()) {
                    byte[] part = Arrays.copyOfRange(event.bytes, from, to);
                    apply(new Event(event.file, event.call, part, event.number + from), directory);
                }
                from = to;
            }
        } else if (random.nextBoolean()) {
            apply(event, directory);
        }
    }

    private static void apply(Event event, Path directory) throws IOException {
        Path path = directory.resolve(event.file);
        if (event.call.equals("unlink")) {
            Files.deleteIfExists(path);
            return;
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (event.call.equals("ftruncate")) {
                file.truncate(event.number);
            } else {
                file.write(ByteBuffer.wrap(event.bytes), event.number);
            }
        }
    }
}
