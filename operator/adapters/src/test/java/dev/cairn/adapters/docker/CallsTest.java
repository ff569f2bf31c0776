package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallsTest {
    @Test
    void noMoreCallsThanAllowedAreUnderWay() throws Exception {
        AtomicInteger running = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        try (Calls calls = new Calls("test", 8)) {
            List<Future<Integer>> started = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                started.add(calls.start(() -> {
                    int now = running.incrementAndGet();
                    go.await();
                    running.decrementAndGet();
                    return now;
                }));
            }
            await().until(() -> running.get() == 8);
            await().during(Duration.ofMillis(100)).until(() -> running.get() == 8);
            go.countDown();
            for (Future<Integer> one : started) {
                assertThat(Calls.await(one, Deadline.in(Duration.ofSeconds(5)))).isBetween(1, 8);
            }
        }
    }

    @Test
    void callThatMissesItsDeadlineIsInterrupted() {
        AtomicBoolean interrupted = new AtomicBoolean();
        try (Calls calls = new Calls("test", 1)) {
            Future<Boolean> stuck = calls.start(() -> {
                try {
                    return new CountDownLatch(1).await(1, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                    interrupted.set(true);
                    throw e;
                }
            });
            assertThatThrownBy(() -> Calls.await(stuck, Deadline.in(Duration.ofMillis(50))))
                    .isInstanceOf(TimeoutException.class);
            await().untilTrue(interrupted);
        }
    }
}
