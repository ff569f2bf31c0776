package dev.cairn.core.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers for equal things, from 0. */
final class Ids<T> {
    private final Map<T, Integer> ids = new HashMap<>();
    private final List<T> things = new ArrayList<>();

    int of(T thing) {
        Integer known = ids.putIfAbsent(thing, things.size());
        if (known != null) {
            return known;
        }
        things.add(thing);
        return things.size() - 1;
    }

    T get(int id) {
        return things.get(id);
    }

    int size() {
        return things.size();
    }
}
