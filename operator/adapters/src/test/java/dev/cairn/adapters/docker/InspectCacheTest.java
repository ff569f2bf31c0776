package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.core.model.Container.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InspectCacheTest {
    private static final Seen SEEN =
            new Seen("a", "web", Map.of(), Phase.RUNNING, null, null, 0, 0, Map.of(), Map.of());

    private static final Seen OTHER =
            new Seen("a", "web", Map.of(), Phase.CREATED, null, null, 0, 0, Map.of(), Map.of());

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

    /** A read that ends when it is told to, in a thread of its own. */
    private final class Slow {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CompletableFuture<Optional<Seen>> end = new CompletableFuture<>();
        private final CompletableFuture<Optional<Seen>> result =
                CompletableFuture.supplyAsync(() -> cache.once("a", "up", () -> {
                    begun.countDown();
                    return end.join();
                }));

        Slow() throws InterruptedException {
            begun.await();
        }
    }

    private Optional<Seen> readAnew() {
        return cache.once("a", "up", () -> Optional.of(OTHER));
    }

    /** {@link #readAnew} in a thread that waits by now. */
    private CompletableFuture<Optional<Seen>> waiting() {
        CompletableFuture<Optional<Seen>> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> result.complete(readAnew()));
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        return result;
    }

    @Test
    void whoWantsWhatSomebodyElseIsReadingWaitsForIt() throws Exception {
        Slow slow = new Slow();
        CompletableFuture<Optional<Seen>> second = waiting();
        slow.end.complete(Optional.of(SEEN));
        assertThat(second.get(10, TimeUnit.SECONDS)).contains(SEEN);
        assertThat(slow.result.get(10, TimeUnit.SECONDS)).contains(SEEN);
        assertThat(cache.get("a", "up")).contains(SEEN);
    }

    @Test
    void whatSomebodyBeganToReadBeforeAnEventOrAsAnotherOneOrInVainIsReadAnew() throws Exception {
        Slow before = new Slow();
        assertThat(cache.once("a", "down", () -> Optional.of(OTHER))).contains(OTHER);
        cache.changed("a");
        assertThat(readAnew()).contains(OTHER);
        before.end.complete(Optional.of(SEEN));
        before.result.get(10, TimeUnit.SECONDS);
        assertThat(cache.get("a", "up")).as("what is older than the event").contains(OTHER);
        cache.changed("a");

        Slow failing = new Slow();
        CompletableFuture<Optional<Seen>> second = waiting();
        failing.end.completeExceptionally(new IllegalStateException("the engine is frozen"));
        assertThat(second.get(10, TimeUnit.SECONDS)).contains(OTHER);
    }
}
