package dev.cairn.app.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells waiting from being stuck: what says nothing new for too long is stuck, what has stalled is so much sooner. What
 * was said before is not new, since one who tries again and again says the same things in turn.
 */
final class Stuck {
    /**
     * What has stalled may still come right by itself, such as a refusal by an object that is yet to be applied; longer
     * than the operator's longest back-off, so that what was put right just now is seen.
     */
    static final Duration STALLED = Duration.ofSeconds(12);

    /** One who has said so many different things does not get anywhere. */
    private static final int MAX_SAYINGS = 1000;

    private final Duration patience;
    private final Map<String, Story> stories = new HashMap<>();

    /** What a resource has said since it was Ready last, and when the last of it was new. */
    private static final class Story {
        private final Set<String> said = new HashSet<>();
        private Instant news = Instant.MIN;
    }

    /**
     * @param patience how long a resource that has not stalled may say nothing new
     */
    Stuck(Duration patience) {
        this.patience = patience;
    }

    /** What is stuck; all of it, also when only a part has been so for long enough. Empty: go on waiting. */
    List<Unready> look(List<Unready> unready, Instant now) {
        stories.keySet().retainAll(unready.stream().map(Unready::subject).collect(Collectors.toSet()));
        boolean enough = false;
        for (Unready one : unready) {
            Story story = stories.computeIfAbsent(one.subject(), subject -> new Story());
            if (story.said.size() < MAX_SAYINGS && story.said.add(one.toString())) {
                story.news = now;
            }
            Duration bound = one.stalled() && STALLED.compareTo(patience) < 0 ? STALLED : patience;
            enough |= Duration.between(story.news, now).compareTo(bound) >= 0;
        }
        return enough ? unready : List.of();
    }
}
