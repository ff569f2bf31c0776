package dev.cairn.app.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks again and again at what cannot tell by itself. */
final class Poll {
    private Poll() {}

    /**
     * The first answer that a look gives; empty when none did in time.
     *
     * @param every pause between two looks
     * @param bound longest time in all
     * @throws Exception what a look has thrown, which ends the looking
     */
    static <T> Optional<T> until(Duration every, Duration bound, Callable<Optional<T>> look) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread looking = new Thread(task, "cairn-poll");
            looking.setDaemon(true);
            return looking;
        });
        try {
            thread.scheduleWithFixedDelay(() -> look(look, answer), 0, every.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.of(answer.get(bound.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            thread.shutdownNow();
        }
    }

    private static <T> void look(Callable<Optional<T>> look, CompletableFuture<T> answer) {
        try {
            look.call().ifPresent(answer::complete);
        } catch (Exception | LinkageError e) {
            answer.completeExceptionally(e);
        }
    }
}
