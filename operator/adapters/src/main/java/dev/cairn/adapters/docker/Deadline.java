package dev.cairn.adapters.docker;

import java.time.Duration;

/** A moment by which work must be done, on the clock that never jumps. */
record Deadline(Duration limit, long atNanos) {
    static Deadline in(Duration limit) {
        return new Deadline(limit, System.nanoTime() + limit.toNanos());
    }

    /** Nanoseconds that are left; 0 when none. */
    long leftNanos() {
        return Math.max(0, atNanos - System.nanoTime());
    }

    boolean passed() {
        return leftNanos() == 0;
    }
}
