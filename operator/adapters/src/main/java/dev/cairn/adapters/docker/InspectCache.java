package dev.cairn.adapters.docker;

import dev.cairn.core.model.Container.Phase;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was read of each container, and the list of all, so that a look need not read again what did not change. The
 * list counts for a moment only, while no event has come since before it was read. An entry counts only while the list
 * shows the container as it was then and no event came for it since before it was read. Whoever asks must also know
 * that events do arrive.
 */
final class InspectCache {
    /** How long an event may be on its way before a list without it is read anew. */
    static final Duration LIST_AGE = Duration.ofMillis(300);

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<String, Reading> readings = new ConcurrentHashMap<>();
    private final Map<String, Long> lastEvent = new ConcurrentHashMap<>();
    private final AtomicLong clock = new AtomicLong();
    private volatile long forgotten;
    private volatile @Nullable Listed listed;

    /** A list, when it was read, and what {@link #now} was before. */
    private record Listed(List<Listing> containers, long readAfter, long atNanos) {}

    private record Entry(Shown shown, long readAfter, Seen seen) {}

    /** A container that somebody is reading now. */
    private record Reading(Shown shown, long readAfter, CompletableFuture<Optional<Seen>> answer) {}

    /** To be taken before the list is read, and given to {@link #list(List, long)}. */
    long now() {
        return clock.get();
    }

    /** The list as it was read a moment ago, if nothing has happened since. */
    Optional<List<Listing>> list() {
        Listed last = listed;
        return last != null && last.readAfter == clock.get() && System.nanoTime() - last.atNanos < LIST_AGE.toNanos()
                ? Optional.of(last.containers)
                : Optional.empty();
    }

    /** Keeps a list that was read after that moment. */
    void list(List<Listing> containers, long readAfter) {
        listed = new Listed(List.copyOf(containers), readAfter, System.nanoTime());
    }

    /** Something was done to a container, and its events may still be on their way. */
    void touched() {
        clock.incrementAndGet();
    }

    /** An event came for the container. */
    void changed(String id) {
        lastEvent.put(id, clock.incrementAndGet());
    }

    /** Events may have been missed. */
    void forgetAll() {
        forgotten = clock.incrementAndGet();
        entries.clear();
    }

    /**
     * What was read of the container, if the list shows that nothing has happened to it since.
     *
     * @param shown how the list shows it now
     */
    Optional<Seen> get(String id, Shown shown) {
        Entry entry = entries.get(id);
        return entry != null && shown.continues(entry.shown) && entry.readAfter >= changedAt(id)
                ? Optional.of(entry.seen)
                : Optional.empty();
    }

    /** What was read of the container last, unless an event came since. */
    Optional<Seen> get(String id) {
        Entry entry = entries.get(id);
        return entry != null && entry.readAfter >= changedAt(id) ? Optional.of(entry.seen) : Optional.empty();
    }

    /** Keeps what was read, unless an event came meanwhile. */
    private void put(String id, Shown shown, long readAfter, Seen seen) {
        if (readAfter >= changedAt(id)) {
            entries.put(id, new Entry(shown, readAfter, seen));
        }
    }

    /**
     * Reads a container, or waits for somebody who does: looks for many services at once want the same. What somebody else began to
     * read before the last event is of no use, nor is what failed for him.
     *
     * @param shown how the list shows the container
     * @param read bounded in time; empty: it is gone
     */
    Optional<Seen> once(String id, Shown shown, Supplier<Optional<Seen>> read) {
        Reading mine = new Reading(shown, clock.get(), new CompletableFuture<>());
        Reading under = readings.compute(
                id,
                (key, other) -> other != null && shown.continues(other.shown) && other.readAfter >= changedAt(id)
                        ? other
                        : mine);
        if (!under.equals(mine)) {
            return answered(under).orElseGet(read);
        }
        try {
            Optional<Seen> answer = read.get();
            answer.ifPresent(seen -> {
                // The others change with the time alone.
                if (seen.phase() != Phase.RESTARTING && seen.phase() != Phase.LEAVING) {
                    put(id, shown, mine.readAfter, seen);
                }
            });
            mine.answer.complete(answer);
            return answer;
        } finally {
            readings.remove(id, mine);
            mine.answer.cancel(false);
        }
    }

    private static Optional<Optional<Seen>> answered(Reading other) {
        try {
            return Optional.of(other.answer.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | CancellationException e) {
            return Optional.empty();
        }
    }

    /** Forgets all containers but these. */
    void retain(Collection<String> ids) {
        Set<String> kept = Set.copyOf(ids);
        entries.keySet().retainAll(kept);
        lastEvent.keySet().retainAll(kept);
    }

    private long changedAt(String id) {
        return Math.max(forgotten, lastEvent.getOrDefault(id, 0L));
    }
}
