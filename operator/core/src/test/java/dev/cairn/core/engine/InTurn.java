package dev.cairn.core.engine;

import java.util.List;
import java.util.function.Supplier;

/** Calls one after the other: what happens is the same each time. */
public final class InTurn implements Engine.SideBySide {
    @Override
    public <T> List<T> all(List<Supplier<T>> calls) {
        return calls.stream().map(Supplier::get).toList();
    }
}
