package dev.cairn.adapters.docker;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What was read of each container, so that a look need not read again what did not change. An entry counts only while
 * the list shows the container as it was then and no event came for it since before it was read; whoever asks must
 * also know that events do arrive.
 */
final class InspectCache {
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<String, Long> lastEvent = new ConcurrentHashMap<>();
    private final AtomicLong clock = new AtomicLong();
    private volatile long forgotten;

    private record Entry(String listed, long readAfter, Seen seen) {}

    /** To be taken before the list is read, and given to {@link #put}. */
    long now() {
        return clock.get();
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
