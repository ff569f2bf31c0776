package dev.cairn.adapters.docker;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Ports that an engine could not bind because somebody else on its machine has them, which no list of containers tells.
 * No more than there are ports.
 */
final class RefusedPorts {
    /** Then a port may be free again, and another start finds out. */
    static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final Map<Integer, Long> refusedAt = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    /** @param nanos a clock such as System.nanoTime */
    RefusedPorts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void add(int port) {
        refusedAt.put(port, nanos.getAsLong());
    }

    /** Those of the last minute. */
    Set<Integer> now() {
        long now = nanos.getAsLong();
        refusedAt.values().removeIf(at -> now - at > REMEMBERED.toNanos());
        return Set.copyOf(refusedAt.keySet());
    }
}
