package dev.cairn.app.operator;

import dev.cairn.core.engine.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/** Runs a pass's calls side by side on a bounded pool; a single call runs on the caller's thread. */
final class Parallel implements Engine.SideBySide {
    private final ExecutorService calls;

    Parallel(ExecutorService calls) {
        this.calls = calls;
    }

    @Override
    public <T> List<T> all(List<Supplier<T>> suppliers) {
        if (suppliers.size() == 1) {
            return List.of(suppliers.get(0).get());
        }
        List<CompletableFuture<T>> futures = new ArrayList<>();
        suppliers.forEach(supplier -> futures.add(CompletableFuture.supplyAsync(supplier, calls)));
        List<T> results = new ArrayList<>();
        for (CompletableFuture<T> future : futures) {
            try {
                results.add(future.join());
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException unchecked ? unchecked : e;
            }
        }
        return results;
    }
}
