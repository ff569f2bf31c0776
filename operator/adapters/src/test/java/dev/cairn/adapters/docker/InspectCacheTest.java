package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.core.model.Container.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectCacheTest {
    private static final Seen SEEN =
            new Seen("a", "web", Map.of(), Phase.RUNNING, null, null, 0, 0, Map.of(), Map.of());

    private final InspectCache cache = new InspectCache();

    @Test
    void whatTheListStillShowsIsNotReadAgain() {
        cache.put("a", "running|Up 1 hour", cache.now(), SEEN);
        assertThat(cache.get("a", "running|Up 1 hour")).contains(SEEN);
        assertThat(cache.get("a", "running|Up 1 second")).isEmpty();
        assertThat(cache.get("b", "running|Up 1 hour")).isEmpty();
    }

    @Test
    void eventMakesItOld() {
        cache.put("a", "up", cache.now(), SEEN);
        cache.changed("b");
        assertThat(cache.get("a", "up")).isPresent();
        assertThat(cache.get("a")).isPresent();
        cache.changed("a");
        assertThat(cache.get("a", "up")).isEmpty();
        assertThat(cache.get("a")).isEmpty();
    }

    @Test
    void eventBetweenReadingAndKeepingMakesItOld() {
        long before = cache.now();
        cache.changed("a");
        cache.put("a", "up", before, SEEN);
        assertThat(cache.get("a", "up")).isEmpty();
        cache.put("a", "up", cache.now(), SEEN);
        assertThat(cache.get("a", "up")).isPresent();
    }

    @Test
    void breakOfTheStreamMakesAllOld() {
        long before = cache.now();
        cache.put("a", "up", before, SEEN);
        cache.forgetAll();
        assertThat(cache.get("a", "up")).isEmpty();
        cache.put("a", "up", before, SEEN);
        assertThat(cache.get("a", "up")).isEmpty();
    }

    @Test
    void removedContainersAreForgotten() {
        cache.put("a", "up", cache.now(), SEEN);
        cache.retain(List.of("b"));
        assertThat(cache.get("a", "up")).isEmpty();
    }

    @Test
    void listCountsUntilSomethingHappens() {
        cache.list(List.of(), cache.now());
        assertThat(cache.list()).isPresent();
        cache.changed("a");
        assertThat(cache.list()).as("an event came").isEmpty();
        long before = cache.now();
        cache.touched();
        cache.list(List.of(), before);
        assertThat(cache.list()).as("something was done while it was read").isEmpty();
        cache.list(List.of(), cache.now());
        cache.forgetAll();
        assertThat(cache.list()).as("events may have been missed").isEmpty();
    }

    @Test
    void listCountsForAMomentOnly() {
        cache.list(List.of(), cache.now());
        await().atMost(Duration.ofSeconds(10)).until(() -> cache.list().isEmpty());
    }
}
