package dev.cairn.adapters.haproxy;

import java.util.concurrent.atomic.AtomicLong;

/** Counts beginnings and ends of everything by which this operator changes the table. */
final class Acts {
    private final AtomicLong count = new AtomicLong();

    /** Lasts until it is closed. */
    interface Act extends AutoCloseable {
        @Override
        void close();
    }

    Act begin() {
        count.incrementAndGet();
        return count::incrementAndGet;
    }

    /** Another number than before: this operator has changed the table meanwhile, or is just doing so. */
    long count() {
        return count.get();
    }
}
