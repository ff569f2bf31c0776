package dev.cairn.adapters.haproxy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process does and does not announce: asks again, less and less often. */
final class Wait {
    private static final long FIRST_NANOS = 2_000_000;
    private static final long LONGEST_NANOS = 50_000_000;

    private Wait() {}

    /** A question to the outside. */
    interface Question {
        boolean isSo() throws IOException;
    }

    /**
     * Asks until the answer is yes or the time is over.
     *
     * @return whether the answer was yes
     */
    static boolean until(Duration timeout, Question question) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        long pause = FIRST_NANOS;
        while (!question.isSo()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause(pause);
            pause = Math.min(2 * pause, LONGEST_NANOS);
        }
        return true;
    }

    /** Waits a moment, for who asks again by himself. */
    static void shortly() throws IOException {
        pause(LONGEST_NANOS);
    }

    private static void pause(long nanos) throws IOException {
        LockSupport.parkNanos(nanos);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while waiting for HAProxy");
        }
    }
}
