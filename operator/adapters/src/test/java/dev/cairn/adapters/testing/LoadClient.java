package dev.cairn.adapters.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A strict load on one address: several threads ask without pause, every other one with a new connection for each
 * request, the rest with kept-alive connections. It never asks twice: whatever is not an answer with status 200 is a
 * failure, also a kept-alive connection that was closed without notice.
 */
public final class LoadClient implements AutoCloseable {
    private static final Duration THINK = Duration.ofNanos(500_000);
    private static final int FAILURES_KEPT = 1_000;

    private final String host;
    private final int port;
    private final String name;
    private final String path;
    private final long thinkNanos;
    private final ExecutorService threads;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicLong requests = new AtomicLong();
    private final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
    private final List<Failure> failures = Collections.synchronizedList(new ArrayList<>());

    /**
     * An answer with status 200.
     *
     * @param started {@link System#nanoTime} just before the connection was made or the request written
     * @param ended when the last byte had come
     * @param text the body without surrounding white space
     */
    public record Answer(long started, long ended, String text) {}

    /**
     * A request without such an answer.
     *
     * @param started when it began
     * @param ended when it was known to have failed
     * @param keptAlive whether it went over a connection that had served before
     * @param cause what happened
     */
    public record Failure(long started, long ended, boolean keptAlive, String cause) {}

    /**
     * What the load saw.
     *
     * @param requests how many were begun
     * @param answers those with status 200
     * @param failures all others, at most 1,000 of them
     */
    public record Result(long requests, List<Answer> answers, List<Failure> failures) {
        public Result {
            answers = List.copyOf(answers);
            failures = List.copyOf(failures);
        }

        /** Each text with the times of its first and its last answer, in the order of the first. */
        public Map<String, Span> spans() {
            SortedMap<Long, Answer> byEnd = new TreeMap<>();
            answers.forEach(answer -> byEnd.put(answer.ended(), answer));
            Map<String, Span> spans = new LinkedHashMap<>();
            byEnd.values()
                    .forEach(answer -> spans.merge(
                            answer.text(),
                            new Span(answer.ended(), answer.ended()),
                            (a, b) -> new Span(a.first(), b.last())));
            return spans;
        }
    }

    /** First and last time of something, as {@link System#nanoTime} has it. */
    public record Span(long first, long last) {}

    private LoadClient(String host, int port, String name, String path, int connections, Duration think) {
        this.host = host;
        this.port = port;
        this.name = name;
        this.path = path;
        this.thinkNanos = think.toNanos();
        this.threads = Executors.newFixedThreadPool(connections);
    }

    /**
     * Begins the load.
     *
     * @param connections how many threads, each with one connection at a time; half of them keep it
     */
    public static LoadClient start(String host, int port, String path, int connections) {
        return start(host, port, path, connections, THINK);
    }

    /**
     * Begins a load that leaves the machine some time.
     *
     * @param connections how many threads, each with one connection at a time; half of them keep it
     * @param think pause of each thread between two requests
     */
    public static LoadClient start(String host, int port, String path, int connections, Duration think) {
        return start(host, port, host + ":" + port, path, connections, think);
    }

    /**
     * Begins a load that leaves the machine some time and names another host than the one it connects to.
     *
     * @param name what the requests name as their host
     * @param connections how many threads, each with one connection at a time; half of them keep it
     * @param think pause of each thread between two requests
     */
    public static LoadClient start(String host, int port, String name, String path, int connections, Duration think) {
        LoadClient client = new LoadClient(host, port, name, path, connections, think);
        for (int i = 0; i < connections; i++) {
            boolean keepAlive = i % 2 == 0;
            client.threads.execute(() -> client.run(keepAlive));
        }
        return client;
    }

    /** How many requests have been begun. */
    public long requests() {
        return requests.get();
    }

    /** Ends the load after the requests under way, waiting for them at most the given time. */
    public Result finish(Duration patience) throws InterruptedException {
        running.set(false);
        threads.shutdown();
        if (!threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("requests are still under way after " + patience);
        }
        synchronized (answers) {
            synchronized (failures) {
                return new Result(requests.get(), answers, failures);
            }
        }
    }

    private void run(boolean keepAlive) {
        try (HttpConnection connection = new HttpConnection(host, port, name)) {
            while (running.get()) {
                request(connection, keepAlive);
                LockSupport.parkNanos(thinkNanos);
            }
        }
    }

    private void request(HttpConnection connection, boolean keepAlive) {
        requests.incrementAndGet();
        boolean used = connection.isOpen();
        long started = System.nanoTime();
        try {
            String text = connection.get(path, keepAlive);
            answers.add(new Answer(started, System.nanoTime(), text.strip()));
        } catch (IOException e) {
            connection.close();
            if (failures.size() < FAILURES_KEPT) {
                failures.add(new Failure(started, System.nanoTime(), used, String.valueOf(e.getMessage())));
            }
        }
    }

    @Override
    public void close() {
        running.set(false);
        threads.shutdownNow();
    }
}
