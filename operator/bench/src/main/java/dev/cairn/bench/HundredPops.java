package dev.cairn.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A hundred services are popped at once: from the first PATCH until the last of their endpoints, which share one port by
 * host names, answers the version that was above before. Each service has one stack of two versions and one stage; what
 * is popped is retained, as it is by default.
 */
final class HundredPops implements AutoCloseable {
    private static final int SERVICES = 100;
    private static final int THREADS = 2;
    private static final int CALLS = 8;
    private static final int IMAGES = 5;
    private static final int PORT = 18_099;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final List<String> NAMES =
            IntStream.range(0, SERVICES).mapToObj(i -> "bench-pop-" + i).toList();

    private final Installation cairn;
    private final ExecutorService threads = Executors.newFixedThreadPool(CALLS + THREADS);
    private int bottom;

    private HundredPops(Installation cairn) {
        this.cairn = cairn;
    }

    static void run(Installation cairn, Engines engines, int rounds) throws Exception {
        try (HundredPops pops = new HundredPops(cairn)) {
            pops.declare();
            Rounds.of("100 services popped at once").with("cairn", pops::pop).run(rounds);
        }
        cairn.clean(engines);
    }

    private void declare() throws Exception {
        for (String name : NAMES) {
            cairn.apply(
                    name,
                    versions(1),
                    1,
                    "stages: [{name: prod, position: 0}]",
                    "versionOrder: Any",
                    "strategy: {drainSeconds: 1}");
            cairn.endpoint(name, "prod", PORT, "hostnames: [" + host(name) + "]");
        }
        for (String name : NAMES) {
            cairn.awaitEndpoint(name + "-prod");
        }
    }

    private Duration pop() throws Exception {
        List<String> released = versions(2);
        everywhere(NAMES, name -> cairn.versions(name, released));
        for (String name : NAMES) {
            cairn.awaitReady(name);
        }
        bottom++;
        List<String> after = versions(1);
        long start = System.nanoTime();
        List<Future<Long>> watching = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            List<String> mine = new ArrayList<>();
            for (int i = thread; i < SERVICES; i += THREADS) {
                mine.add(NAMES.get(i));
            }
            watching.add(threads.submit(watcher(mine, "version=" + after.get(0))));
        }
        everywhere(NAMES, name -> cairn.versions(name, after));
        long end = start;
        for (Future<Long> watcher : watching) {
            end = Math.max(end, watcher.get());
        }
        for (String name : NAMES) {
            cairn.awaitReady(name);
            if (!answers(name, "version=" + after.get(0))) {
                throw new IllegalStateException(name + " has gone back to the version before");
            }
        }
        return Duration.ofNanos(end - start);
    }

    private interface Step {
        void of(String name) throws Exception;
    }

    /** Several at a time, until all are done. */
    private void everywhere(List<String> names, Step step) throws Exception {
        List<Callable<String>> calls = new ArrayList<>();
        names.forEach(name -> calls.add(() -> {
            step.of(name);
            return name;
        }));
        for (Future<String> call : threads.invokeAll(calls)) {
            call.get();
        }
    }

    /** Waits for one after the other, so that few requests take the time of what is measured; when the last one did. */
    private static Callable<Long> watcher(List<String> names, String text) {
        return () -> {
            long deadline = System.nanoTime() + LIMIT_NANOS;
            for (String name : names) {
                while (!answers(name, text)) {
                    if (System.nanoTime() > deadline) {
                        throw new IllegalStateException(name + " was not switched");
                    }
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
            return System.nanoTime();
        };
    }

    private static boolean answers(String name, String text) {
        return Http.get("127.0.0.1", PORT, host(name), "/").contains(text);
    }

    private static String host(String name) {
        return name + ".test";
    }

    private List<String> versions(int height) {
        return IntStream.range(bottom, bottom + height)
                .mapToObj(i -> "v0." + (1 + i % IMAGES))
                .toList();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
