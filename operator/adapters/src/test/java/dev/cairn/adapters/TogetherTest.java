package dev.cairn.adapters;

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
    private final Together<String, String> calls = new Together<>(this::call);
    private final List<Thread> asking = new ArrayList<>();

    private List<String> call(List<String> questions) {
        int number = begun.incrementAndGet();
        mayEnd.acquireUninterruptibly();
        return questions.stream().map(question -> question + number).toList();
    }

    @AfterEach
    void endThreads() {
        mayEnd.release(100);
        threads.shutdownNow();
    }

    private Future<String> ask(String question) {
        return threads.submit(() -> {
            synchronized (asking) {
                asking.add(Thread.currentThread());
            }
            return calls.get(question);
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
        Future<String> first = ask("a");
        await().until(() -> begun.get() == 1);
        List<Future<String>> others = List.of(ask("b"), ask("c"), ask("d"));
        awaitWaiting(4);
        mayEnd.release();
        assertThat(first.get()).isEqualTo("a1");
        await().until(() -> begun.get() == 2);
        mayEnd.release();
        List<String> answers = new ArrayList<>();
        for (Future<String> other : others) {
            answers.add(other.get());
        }
        assertThat(answers)
                .as("each its own, and not of a call that began before")
                .containsExactly("b2", "c2", "d2");
        mayEnd.release();
        assertThat(calls.get("e")).as("asked later").isEqualTo("e3");
    }

    @Test
    void whatACallThrowsHoldsUpNobody() {
        AtomicInteger tries = new AtomicInteger();
        Together<String, String> failing = new Together<>(questions -> {
            if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("no");
            }
            return questions;
        });
        assertThatThrownBy(() -> failing.get("a")).hasMessage("no");
        assertThat(failing.get("b")).isEqualTo("b");
    }
}
