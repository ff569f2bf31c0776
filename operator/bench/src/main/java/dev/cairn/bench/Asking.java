package dev.cairn.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Clients that ask endpoints continuously, a new connection each time, to see when the last one has switched. */
final class Asking implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int IN_A_ROW = 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** A port on loopback, and what its answers will contain. */
    record Expected(int port, String text) {}

    /** Starts a change and says when it began to count, by System.nanoTime. */
    interface Change {
        long begin() throws Exception;
    }

    /**
     * How long it took from the change until the first of the new answers at the last of the ports. A new answer counts
     * only when the 19 after it are new as well.
     */
    Duration untilSwitched(List<Expected> expected, Change change) throws Exception {
        CountDownLatch asking = new CountDownLatch(expected.size());
        List<Future<Long>> clients = new ArrayList<>();
        expected.forEach(e -> clients.add(threads.submit(client(e, asking))));
        asking.await();
        long start = change.begin();
        long end = start;
        for (Future<Long> client : clients) {
            end = Math.max(end, client.get());
        }
        return Duration.ofNanos(end - start);
    }

    private static Callable<Long> client(Expected expected, CountDownLatch asking) {
        return () -> {
            long deadline = System.nanoTime() + LIMIT_NANOS;
            long first = 0;
            for (int row = 0; row < IN_A_ROW; LockSupport.parkNanos(PAUSE_NANOS)) {
                boolean isNew = Http.get("127.0.0.1", expected.port, "/").contains(expected.text);
                long now = System.nanoTime();
                first = isNew && row == 0 ? now : first;
                row = isNew ? row + 1 : 0;
                asking.countDown();
                if (now > deadline) {
                    throw new IllegalStateException("no lasting answer with " + expected);
                }
            }
            return first;
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
