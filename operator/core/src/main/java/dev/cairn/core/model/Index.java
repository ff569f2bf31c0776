package dev.cairn.core.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds what has a key without walking over everything. Sorted at the first question, once for all who share it: a
 * plan concerns one service, what was seen concerns all.
 */
final class Index<K, V> {
    private final Collection<V> all;
    private final Function<V, Collection<K>> keys;
    private volatile @Nullable Map<K, List<V>> found;

    /** @param keys under which a value is to be found; none, one or several */
    Index(Collection<V> all, Function<V, Collection<K>> keys) {
        this.all = all;
        this.keys = keys;
    }

    /** In the order in which they were given. */
    List<V> of(K key) {
        return found().getOrDefault(key, List.of());
    }

    Set<K> keys() {
        return found().keySet();
    }

    private Map<K, List<V>> found() {
        Map<K, List<V>> known = found;
        if (known == null) {
            known = Collections.unmodifiableMap(sorted());
            found = known;
        }
        return known;
    }

    /** Most keys have one value: it gets a list that needs no room to grow. */
    private Map<K, List<V>> sorted() {
        Map<K, List<V>> sorted = new HashMap<>(all.size() * 4 / 3 + 1);
        Map<K, List<V>> several = new HashMap<>();
        for (V value : all) {
            for (K key : keys.apply(value)) {
                List<V> before = sorted.putIfAbsent(key, List.of(value));
                if (before != null) {
                    several.computeIfAbsent(key, k -> new ArrayList<>(before)).add(value);
                }
            }
        }
        several.forEach((key, values) -> sorted.put(key, List.copyOf(values)));
        return sorted;
    }
}
