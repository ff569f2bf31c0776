package dev.cairn.app.source;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * When what has failed is tried again. A failure that may pass: with back-off. A refusal that would be repeated: when the
 * document changes, or when another one was applied or pruned, since the reason may have been that one.
 */
final class Attempts {
    private static final Duration FIRST = Duration.ofSeconds(2);

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Map<ObjectId, Attempt> failed = new HashMap<>();

    /** Number of objects that were applied or pruned. */
    private long successes;

    private record Attempt(String hash, boolean lasting, String message, int failures, Instant next, long successes) {}

    /**
     * Whether it is time.
     *
     * @param hash of the document; empty when the object is to be pruned
     */
    boolean due(ObjectId id, String hash, Instant now) {
        Attempt attempt = failed.get(id);
        if (attempt == null || !attempt.hash.equals(hash)) {
            return true;
        }
        return attempt.lasting ? attempt.successes != successes : !now.isBefore(attempt.next);
    }

    /** Returns whether this is news to the user. */
    boolean failed(ObjectId id, String hash, boolean lasting, String message, Instant now) {
        Attempt before = failed.get(id);
        if (before != null && !before.hash.equals(hash)) {
            before = null;
        }
        int failures = before != null && !before.lasting ? before.failures + 1 : 1;
        Duration wait = FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
        Instant next = now.plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST);
        failed.put(id, new Attempt(hash, lasting, message, failures, next, successes));
        return before == null || !before.message.equals(message);
    }

    void succeeded(ObjectId id) {
        failed.remove(id);
        successes++;
    }

    /** Forgets everything but what is still to be done. */
    void retain(Set<ObjectId> ids) {
        failed.keySet().retainAll(ids);
    }
}
