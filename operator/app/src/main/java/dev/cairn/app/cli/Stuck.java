package dev.cairn.app.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells waiting from being stuck: what says the same for too long is stuck, what has stalled is so much sooner. */
final class Stuck {
    /** What has stalled may still come right by itself, such as a refusal by an object that is yet to be applied. */
    static final Duration STALLED = Duration.ofSeconds(8);

    private final Duration patience;
    private Map<Unready, Instant> since = Map.of();

    /**
     * @param patience how long a resource that has not stalled may say the same
     */
    Stuck(Duration patience) {
        this.patience = patience;
    }

    /** What is stuck; all of it, also when only a part has been so for long enough. Empty: go on waiting. */
    List<Unready> look(List<Unready> unready, Instant now) {
        Map<Unready, Instant> current = new HashMap<>();
        for (Unready one : unready) {
            current.put(one, since.getOrDefault(one, now));
        }
        since = current;
        boolean enough = current.entrySet().stream().anyMatch(entry -> {
            Duration bound = entry.getKey().stalled() && STALLED.compareTo(patience) < 0 ? STALLED : patience;
            return Duration.between(entry.getValue(), now).compareTo(bound) >= 0;
        });
        return enough ? unready : List.of();
    }
}
