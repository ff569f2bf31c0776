package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The promotions of a service that is released and popped in turn, as its clients see them. Every release gives each
 * stack its next container, so the number in a container's name and the stage at which it answers tell how many promotions
 * the answer has seen. From outside all stages are promoted at the same instant: a request that began after another one
 * had been answered by a promotion must not be answered by an earlier one, at whatever stage.
 */
final class Promotions {
    private final Duration drain;
    private final AtomicInteger reached = new AtomicInteger();
    private final AtomicInteger declared = new AtomicInteger();

    /** By number, when a promotion was declared. */
    private final Map<Integer, Long> times = new ConcurrentHashMap<>();

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    /** @param drain how long a container may keep its connections after it has left the routes */
    Promotions(Duration drain) {
        this.drain = drain;
    }

    /** Says that the next one is declared now; its number. */
    int declare() {
        int number = declared.incrementAndGet();
        times.put(number, System.nanoTime());
        return number;
    }

    /** How many a client has seen. */
    int reached() {
        return reached.get();
    }

    /** A request begins at a stage. */
    Asked ask(int stage) {
        return new Asked(stage, reached.get());
    }

    void assertAllRight() {
        assertThat(wrong).as("answers of a wrong container").isEmpty();
    }

    /** A request under way, or the connection that it has opened. */
    final class Asked {
        private final int stage;
        private final int atLeast;
        private int n;

        private Asked(int stage, int atLeast) {
            this.stage = stage;
            this.atLeast = atLeast;
        }

        /** @param line what the sample server says of itself */
        void answered(String line) {
            String container = new Web.Answer(200, line).container();
            n = Integer.parseInt(container.substring(container.lastIndexOf("-app") + "-app".length()));
            int seen = n - 1 - stage;
            if (seen < atLeast || seen > declared.get()) {
                wrong.add(Subject.STAGES.get(stage) + " was answered by " + container + " after promotion " + atLeast
                        + " had been seen and " + declared + " had been declared");
            }
            reached.accumulateAndGet(seen, Math::max);
        }

        /** Whether the container that has answered was popped so long ago that the connection may be cut. */
        boolean overdue() {
            Long popped = times.get(n);
            return popped != null && System.nanoTime() - popped >= drain.toNanos();
        }
    }
}
