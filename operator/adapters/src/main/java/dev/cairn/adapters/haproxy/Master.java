package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HAProxy's master process: it starts workers, and passes commands on to those that a reload has replaced. */
record Master(Path socket) {
    private static final Duration ENDING_TIMEOUT = Duration.ofSeconds(3);
    private static final Pattern PROCESS = Pattern.compile("([0-9]{1,18}) +worker +.*");
    private static final Pattern FAILED = Pattern.compile("[0-9]+ +master .*\\[failed: [1-9][0-9]*\\].*");

    /**
     * The worker processes.
     *
     * @param current the one that takes new requests
     * @param old those that finish what they have begun
     * @param failed whether the last reload failed, so that the worker before it goes on
     */
    record Workers(long current, List<Long> old, boolean failed) {
        Workers {
            old = List.copyOf(old);
        }
    }

    Workers workers() throws IOException {
        List<Long> current = new ArrayList<>();
        List<Long> old = new ArrayList<>();
        List<Long> section = new ArrayList<>();
        boolean failed = false;
        for (String line : Cli.once(socket, "show proc").lines().toList()) {
            Matcher process = PROCESS.matcher(line);
            if (line.startsWith("# ")) {
                section = line.equals("# workers") ? current : line.equals("# old workers") ? old : new ArrayList<>();
            } else if (process.matches()) {
                section.add(Long.parseLong(process.group(1)));
            }
            failed |= FAILED.matcher(line).matches();
        }
        if (current.size() != 1) {
            throw new IOException("HAProxy's master has " + current.size() + " current workers, not 1");
        }
        return new Workers(current.get(0), old, failed);
    }

    /**
     * Open and queued sessions per container in a replaced worker; none when it has ended. One that is just ending
     * does not answer any more and is still listed for a moment.
     */
    Map<Owner, Integer> sessions(long pid) throws IOException {
        Map<Owner, Integer> sessions = new HashMap<>();
        if (!Wait.until(
                ENDING_TIMEOUT,
                () -> readSessions(pid, sessions) || !workers().old().contains(pid))) {
            throw new IOException("HAProxy's process " + pid + ", which finishes its last requests, does not answer");
        }
        return sessions;
    }

    /**
     * Ends what is under way at a container in a replaced worker, one session after the other: it refuses to do that for a
     * whole server. One that is just ending does not answer.
     */
    void disconnect(long pid, Owner owner) throws IOException {
        for (String session : Stats.sessionsAt(Cli.once(socket, "@!" + pid + " show sess"), owner)) {
            Cli.once(socket, "@!" + pid + " shutdown session " + session);
        }
    }

    private boolean readSessions(long pid, Map<Owner, Integer> into) {
        try {
            Stats.sessions(Cli.once(socket, "@!" + pid + " show stat -1 4 -1"))
                    .forEach((backend, count) -> into.merge(backend.owner(), count, Integer::sum));
            return true;
        } catch (IOException noAnswer) {
            return false;
        }
    }

    /** Whether a replaced worker knows that it is: then it hands new requests on to the current one. */
    boolean stopping(long pid) throws IOException {
        return Worker.field(Cli.once(socket, "@!" + pid + " show info"), "Stopping") == 1;
    }

    /** Starts a new worker from the files; the answer does not tell whether it succeeded. */
    void reload() throws IOException {
        Cli.once(socket, "reload");
    }
}
