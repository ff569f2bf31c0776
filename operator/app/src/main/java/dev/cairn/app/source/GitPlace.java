package dev.cairn.app.source;

import dev.cairn.app.GitOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A branch of a repository. Once started it is fetched again and again on a thread of its own; what was fetched last
 * counts, also across restarts, while the repository cannot be reached.
 */
final class GitPlace implements Place, AutoCloseable {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private static final int SECONDS_TO_STOP = 5;

    private final GitOptions options;
    private final GitCopy copy;
    private final String id;
    private @Nullable ScheduledExecutorService thread;
    private volatile boolean closed;
    private volatile State state = new State(null, "", Instant.EPOCH);

    /** How often the last fetches have failed in a row; of the one thread only. */
    private int failures;

    /**
     * @param content of the commit that is here; null before the first fetch
     * @param problem why the repository cannot be fetched; empty when it can
     * @param since when that is so
     */
    private record State(@Nullable Content content, String problem, Instant since) {}

    /**
     * @param state the state directory of the installation
     */
    GitPlace(GitOptions options, Path state) {
        this.options = options;
        this.id = Place.digest(options.url() + "\n" + options.branch() + "\n" + options.path());
        this.copy = new GitCopy(options, state.resolve("git").resolve(id));
    }

    /** Starts to fetch. Returns when what is here already has been read. */
    void start() {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread fetching = new Thread(task, "cairn-git");
            fetching.setDaemon(true);
            return fetching;
        });
        look(Instant.now()); // so that the first scan finds what was fetched before a restart
        thread = executor;
        next(executor, 0);
    }

    private void next(ScheduledExecutorService executor, long seconds) {
        if (!closed) {
            var unused = executor.schedule(
                    () -> {
                        long wait = fetch(Instant.now());
                        next(executor, wait);
                    },
                    seconds,
                    TimeUnit.SECONDS);
        }
    }

    /** One fetch. Returns the seconds until the next. */
    private long fetch(Instant now) {
        try {
            copy.fetch(() -> closed);
            failures = 0;
            State before = state;
            state = new State(before.content, "", Instant.EPOCH);
            look(now);
        } catch (IOException | RuntimeException e) {
            failures++;
            failed(String.valueOf(e.getMessage()), now);
        }
        long wait = (long) options.intervalSeconds() << Math.min(failures, 10);
        return failures == 0 ? wait : Math.min(wait, Math.max(options.intervalSeconds(), LONGEST_WAIT.toSeconds()));
    }

    /** Reads what is here, unless it is known already. */
    private void look(Instant now) {
        State before = state;
        try {
            Optional<String> head = copy.head();
            Commit known = before.content == null ? null : before.content.commit();
            if (head.isPresent() && (known == null || !known.id().equals(head.get()))) {
                state = new State(copy.read().orElse(null), before.problem, before.since);
            }
        } catch (IOException | RuntimeException e) {
            failed(String.valueOf(e.getMessage()), now);
        }
    }

    private void failed(String problem, Instant now) {
        State before = state;
        Instant since = before.problem.isEmpty() ? now.truncatedTo(ChronoUnit.SECONDS) : before.since;
        state = new State(before.content, problem, since);
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public String memory() {
        return "cairn-git-" + id;
    }

    @Override
    public Content read(Instant now) {
        if (thread == null) {
            look(now);
        }
        State current = state;
        Content content = current.content == null ? new Content(List.of(), List.of(), null) : current.content;
        List<Scan.Problem> problems = new ArrayList<>(content.problems());
        if (!current.problem.isEmpty()) {
            String kept = content.commit() == null ? "" : "; " + content.commit() + " stays in force";
            problems.add(new Scan.Problem(
                    name(), "cannot be fetched since " + current.since + ": " + current.problem + kept));
        } else if (content.commit() == null) {
            problems.add(new Scan.Problem(name(), "has not been fetched yet", true));
        }
        return new Content(content.texts(), problems, content.commit());
    }

    @Override
    public void close() {
        closed = true;
        ScheduledExecutorService executor = thread;
        if (executor != null) {
            executor.shutdownNow();
            try {
                boolean unused = executor.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
