package dev.cairn.adapters.docker;

import com.github.dockerjava.api.model.Container;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
    private final Map<String, Long> lastEvent = new ConcurrentHashMap<>();
    private final AtomicLong clock = new AtomicLong();
    private volatile long forgotten;
    private volatile @Nullable Listed listed;

    /** A list, when it was read, and what {@link #now} was before. */
    private record Listed(List<Container> containers, long readAfter, long atNanos) {}

    private record Entry(String listed, long readAfter, Seen seen) {}

    /** To be taken before the list is read, and given to {@link #put}. */
    long now() {
        return clock.get();
    }

    /** The list as it was read a moment ago, if nothing has happened since. */
    Optional<List<Container>> list() {
        Listed last = listed;
        return last != null && last.readAfter == clock.get() && System.nanoTime() - last.atNanos < LIST_AGE.toNanos()
                ? Optional.of(last.containers)
                : Optional.empty();
    }

    /** Keeps a list that was read after that moment. */
    void list(List<Container> containers, long readAfter) {
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
     * What was read of the container when the list showed it in the same way.
     *
     * @param listed how the list shows it now
     */
    Optional<Seen> get(String id, String listed) {
        Entry entry = entries.get(id);
        return entry != null && entry.listed.equals(listed) && entry.readAfter >= changedAt(id)
                ? Optional.of(entry.seen)
                : Optional.empty();
    }

    /** What was read of the container last, unless an event came since. */
    Optional<Seen> get(String id) {
        Entry entry = entries.get(id);
        return entry != null && entry.readAfter >= changedAt(id) ? Optional.of(entry.seen) : Optional.empty();
    }

    /** Keeps what was read, unless an event came meanwhile. */
    void put(String id, String listed, long readAfter, Seen seen) {
        if (readAfter >= changedAt(id)) {
            entries.put(id, new Entry(listed, readAfter, seen));
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
