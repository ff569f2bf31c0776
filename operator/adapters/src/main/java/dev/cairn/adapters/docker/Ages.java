package dev.cairn.adapters.docker;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long the containers of one engine have run. The engine's clock may be another one than ours, and either may be
 * set, so its word counts only for what ran before it was looked at first. What appears between two looks cannot be
 * older than the first of them, and grows older by a clock that nobody sets.
 */
final class Ages {
    /**
     * One run of a container.
     *
     * @param told when it began, by the engine's clock
     * @param bornNanos when it began, as {@link System#nanoTime} has it
     * @param shown when it began, as the last look said
     */
    private record Life(Instant told, long bornNanos, Instant shown) {}

    /** The two clocks are not read at one instant; what differs by less is the same, so that looks agree. */
    private static final Duration SAME = Duration.ofSeconds(1);

    private final Map<String, Life> lives = new ConcurrentHashMap<>();
    private boolean looked;
    private long lookedNanos;

    /** A look that began then has shown all containers. */
    synchronized void looked(long nanos) {
        if (!looked || nanos - lookedNanos > 0) {
            lookedNanos = nanos;
            looked = true;
        }
    }

    /** When a container began to run, by the clock that shows this time now; the same at every look unless that is set. */
    Instant startedAt(String id, Instant told, Instant now, long nanos) {
        return lives.compute(
                        id,
                        (key, known) -> known != null && known.told.equals(told)
                                ? again(known, now, nanos)
                                : first(told, now, nanos))
                .shown;
    }

    private static Life again(Life known, Instant now, long nanos) {
        Instant began = now.minusNanos(nanos - known.bornNanos);
        boolean same = Duration.between(known.shown, began).abs().compareTo(SAME) < 0;
        return same ? known : new Life(known.told, known.bornNanos, began);
    }

    private Life first(Instant told, Instant now, long nanos) {
        long born = born(told, now, nanos);
        return new Life(told, born, now.minusNanos(nanos - born));
    }

    private synchronized long born(Instant told, Instant now, long nanos) {
        Duration age = Duration.between(told, now);
        Duration oldest = looked ? Duration.ofNanos(Math.max(0, nanos - lookedNanos)) : age;
        Duration bounded = age.compareTo(oldest) > 0 ? oldest : age;
        return nanos - (bounded.isNegative() ? 0 : bounded.toNanos());
    }

    /** Forgets all containers but these. */
    void retain(Collection<String> ids) {
        lives.keySet().retainAll(ids);
    }
}
