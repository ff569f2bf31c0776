package dev.cairn.adapters.docker;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the references of images that an engine has are pinned to. All of it counts until an event tells of any change to
 * the engine's images; whoever asks must know that events do arrive. An image that is absent is not remembered.
 */
final class PinCache {
    private static final int MOST = 10_000;

    private final Map<String, String> pins = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /** To be taken before the engine is asked, and given to {@link #put}. */
    long now() {
        return changes.get();
    }

    /** The engine's images have changed, or events may have been missed. */
    void forgetAll() {
        changes.incrementAndGet();
        pins.clear();
    }

    Optional<String> get(String reference) {
        return Optional.ofNullable(pins.get(reference));
    }

    /** Keeps what was read, unless something changed meanwhile. */
    void put(String reference, String pin, long readAfter) {
        if (readAfter == changes.get() && pins.size() < MOST) {
            pins.put(reference, pin);
            if (readAfter != changes.get()) {
                pins.remove(reference);
            }
        }
    }
}
