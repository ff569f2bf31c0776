package dev.cairn.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits until something holds. */
final class Await {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    interface Check {
        boolean holds() throws Exception;
    }

    private Await() {}

    /** Looks every 5 ms, for two minutes at most. */
    static void until(String what, Check check) throws Exception {
        Instant deadline = Instant.now().plus(LIMIT);
        while (!check.holds()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException(what + ": not within " + LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
