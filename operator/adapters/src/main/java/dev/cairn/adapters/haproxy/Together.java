package dev.cairn.adapters.haproxy;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call after the other, each for all who have asked before it began: nobody gets an answer that is older than the
 * question, and however many ask at once, two calls serve them.
 */
final class Together<T> {
    private final Supplier<T> call;
    private final ReentrantLock calling = new ReentrantLock();
    private Round<T> next = new Round<>(); // guarded by this

    /** Those who share a call. */
    private static final class Round<T> {
        private @Nullable T answer; // guarded by calling
    }

    /** @param call never null; what it throws is thrown at one of those who asked, and the others call anew */
    Together(Supplier<T> call) {
        this.call = call;
    }

    T get() {
        Round<T> round = joined();
        calling.lock();
        try {
            T known = round.answer;
            if (known == null) {
                begin(round);
                known = call.get();
                round.answer = known;
            }
            return known;
        } finally {
            calling.unlock();
        }
    }

    private synchronized Round<T> joined() {
        return next;
    }

    /** Whoever asks from now on waits for another call. */
    private synchronized void begin(Round<T> round) {
        if (next == round) {
            next = new Round<>();
        }
    }
}
