package dev.cairn.core.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The one table that the proxy switches as a whole. */
public final class RouteTable {
    /** A table without rows. */
    public static final RouteTable EMPTY = new RouteTable(new TreeMap<>(), new TreeMap<>());

    private final SortedMap<RouteKey, Row> rows;
    private final SortedMap<ObjectKey, Long> stamps;
    private final Index<ObjectKey, Map.Entry<RouteKey, Row>> byService;
    private final Index<Owner, Map.Entry<RouteKey, Row>> byContainer;
    private final Index<ObjectKey, Map.Entry<ObjectKey, Long>> stampsByService;

    /**
     * @param rows by what a request must match
     * @param stamps per ServiceStack the metadata.generation that the rows were derived from
     */
    public RouteTable(SortedMap<RouteKey, Row> rows, SortedMap<ObjectKey, Long> stamps) {
        this.rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
        this.stamps = Collections.unmodifiableSortedMap(new TreeMap<>(stamps));
        Collection<Map.Entry<RouteKey, Row>> entries = this.rows.entrySet();
        byService = new Index<>(entries, row -> List.of(row.getValue().service()));
        byContainer = new Index<>(
                entries,
                row -> row.getValue().backends().stream().map(Backend::owner).toList());
        stampsByService = new Index<>(
                this.stamps.entrySet(),
                stamp -> ServiceStack.serviceOf(stamp.getKey()).map(List::of).orElse(List.of()));
    }

    /** By what a request must match. */
    public SortedMap<RouteKey, Row> rows() {
        return rows;
    }

    /** Per ServiceStack the metadata.generation that the rows were derived from. */
    public SortedMap<ObjectKey, Long> stamps() {
        return stamps;
    }

    public Optional<Row> row(RouteKey key) {
        return Optional.ofNullable(rows.get(key));
    }

    /** The rows that belong to a service. */
    public List<Map.Entry<RouteKey, Row>> rowsOf(ObjectKey service) {
        return byService.of(service);
    }

    /** Whether some row, of whichever service, names that container. */
    public boolean names(Owner container) {
        return !byContainer.of(container).isEmpty();
    }

    /** The stamps of a service's stacks, present and gone. */
    public List<Map.Entry<ObjectKey, Long>> stampsOf(ObjectKey service) {
        return stampsByService.of(service);
    }

    /** The generation of a stack's record that the rows were derived from; 0 while there is none. */
    public long stamp(ObjectKey stack) {
        for (Map.Entry<ObjectKey, Long> stamp :
                ServiceStack.serviceOf(stack).map(this::stampsOf).orElse(List.of())) {
            if (stamp.getKey().equals(stack)) {
                return stamp.getValue();
            }
        }
        return 0;
    }

    /**
     * What is different between two other tables, done to this one.
     *
     * @return empty where this table is not as the first one at a place that differs between them
     */
    public Optional<RouteTable> with(RouteTable before, RouteTable after) {
        return with(rows, before.rows, after.rows)
                .flatMap(merged -> with(stamps, before.stamps, after.stamps).map(s -> new RouteTable(merged, s)));
    }

    private static <K, V> Optional<SortedMap<K, V>> with(
            SortedMap<K, V> now, SortedMap<K, V> before, SortedMap<K, V> after) {
        SortedMap<K, V> merged = new TreeMap<>(now);
        Set<K> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (K key : keys) {
            V next = after.get(key);
            if (Objects.equals(before.get(key), next)) {
                continue;
            }
            if (!Objects.equals(now.get(key), before.get(key))) {
                return Optional.empty();
            }
            if (next == null) {
                merged.remove(key);
            } else {
                merged.put(key, next);
            }
        }
        return Optional.of(merged);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RouteTable that && rows.equals(that.rows) && stamps.equals(that.stamps);
    }

    @Override
    public int hashCode() {
        return 31 * rows.hashCode() + stamps.hashCode();
    }

    @Override
    public String toString() {
        return rows + ", stamps " + stamps;
    }
}
