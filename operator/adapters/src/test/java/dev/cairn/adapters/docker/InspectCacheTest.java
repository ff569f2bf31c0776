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

    private static final Shown UP = Shown.of("running", "Up 3 hours", "", 0);

    private final InspectCache cache = new InspectCache();

    private void read(String id) {
        cache.once(id, UP, () -> Optional.of(SEEN));
    }

    @Test
    void whatTheListStillShowsIsNotReadAgain() {
        read("a");
        assertThat(cache.get("a", UP)).contains(SEEN);
        assertThat(cache.get("a", Shown.of("running", "Up 1 second", "", 0))).isEmpty();
        assertThat(cache.get("b", UP)).isEmpty();
    }

    @Test
    void eventMakesItOld() {
        read("a");
        cache.changed("b");
        assertThat(cache.get("a", UP)).isPresent();
        assertThat(cache.get("a")).isPresent();
        cache.changed("a");
        assertThat(cache.get("a", UP)).isEmpty();
        assertThat(cache.get("a")).isEmpty();
    }

    @Test
    void eventBetweenReadingAndKeepingMakesItOld() {
        cache.once("a", UP, () -> {
            cache.changed("a");
            return Optional.of(SEEN);
        });
        assertThat(cache.get("a", UP)).isEmpty();
        read("a");
        assertThat(cache.get("a", UP)).isPresent();
    }

    @Test
    void breakOfTheStreamMakesAllOld() {
        read("a");
        cache.forgetAll();
        assertThat(cache.get("a", UP)).isEmpty();
        cache.once("a", UP, () -> {
            cache.forgetAll();
            return Optional.of(SEEN);
        });
        assertThat(cache.get("a", UP)).isEmpty();
    }

    @Test
    void removedContainersAreForgotten() {
        read("a");
        cache.retain(List.of("b"));
        assertThat(cache.get("a", UP)).isEmpty();
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
                CompletableFuture.supplyAsync(() -> cache.once("a", UP, () -> {
                    begun.countDown();
                    return end.join();
                }));

        Slow() throws InterruptedException {
            begun.await();
        }
    }

    private Optional<Seen> readAnew() {
        return cache.once("a", UP, () -> Optional.of(OTHER));
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
        assertThat(cache.get("a", UP)).contains(SEEN);
    }

    @Test
    void whatSomebodyBeganToReadBeforeAnEventOrAsAnotherOneOrInVainIsReadAnew() throws Exception {
        Slow before = new Slow();
        assertThat(cache.once("a", Shown.of("exited", "Exited (0) 3 hours ago", "", 0), () -> Optional.of(OTHER)))
                .contains(OTHER);
        cache.changed("a");
        assertThat(readAnew()).contains(OTHER);
        before.end.complete(Optional.of(SEEN));
        before.result.get(10, TimeUnit.SECONDS);
        assertThat(cache.get("a", UP)).as("what is older than the event").contains(OTHER);
        cache.changed("a");

        Slow failing = new Slow();
        CompletableFuture<Optional<Seen>> second = waiting();
        failing.end.completeExceptionally(new IllegalStateException("the engine is frozen"));
        assertThat(second.get(10, TimeUnit.SECONDS)).contains(OTHER);
    }
}
