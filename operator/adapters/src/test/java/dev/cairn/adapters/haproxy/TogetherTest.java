package dev.cairn.adapters.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TogetherTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore mayEnd = new Semaphore(0);
    private final Together<Integer> calls = new Together<>(this::call);
    private final List<Thread> asking = new ArrayList<>();

    private int call() {
        int number = begun.incrementAndGet();
        mayEnd.acquireUninterruptibly();
        return number;
    }

    @AfterEach
    void endThreads() {
        mayEnd.release(100);
        threads.shutdownNow();
    }

    private Future<Integer> ask() {
        return threads.submit(() -> {
            synchronized (asking) {
                asking.add(Thread.currentThread());
            }
            return calls.get();
        });
    }

    private void awaitWaiting(int many) {
        await().until(() -> {
            synchronized (asking) {
                return asking.stream()
                                .filter(thread -> thread.getState() == Thread.State.WAITING)
                                .count()
                        == many;
            }
        });
    }

    @Test
    void whoAsksDuringACallSharesTheNextOne() throws Exception {
        Future<Integer> first = ask();
        await().until(() -> begun.get() == 1);
        List<Future<Integer>> others = List.of(ask(), ask(), ask());
        awaitWaiting(4);
        mayEnd.release();
        assertThat(first.get()).isEqualTo(1);
        await().until(() -> begun.get() == 2);
        mayEnd.release();
        for (Future<Integer> other : others) {
            assertThat(other.get())
                    .as("not the answer of a call that began before")
                    .isEqualTo(2);
        }
        mayEnd.release();
        assertThat(calls.get()).as("asked later").isEqualTo(3);
    }

    @Test
    void whatACallThrowsHoldsUpNobody() {
        AtomicInteger tries = new AtomicInteger();
        Together<String> failing = new Together<>(() -> {
            if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("no");
            }
            return "yes";
        });
        assertThatThrownBy(failing::get).hasMessage("no");
        assertThat(failing.get()).isEqualTo("yes");
    }
}
