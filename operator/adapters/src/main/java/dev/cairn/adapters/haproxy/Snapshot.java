package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What one worker process of HAProxy holds at one moment, and what follows from it. Pure. */
final class Snapshot {
    private final List<String> lines;
    private final Set<Integer> listeners;
    private final SortedMap<RouteKey, RowText.Parsed> rows = new TreeMap<>();
    private final SortedMap<ObjectKey, Long> stamps = new TreeMap<>();
    private final Map<Pool, List<Server>> pools;

    /**
     * Lines that are not ours are no rows; the next switch replaces them.
     *
     * @param lines the map's lines in force, {@code key value}
     * @param servers all servers in our pools
     * @param listeners ports that have an open frontend
     */
    Snapshot(List<String> lines, List<Server> servers, Set<Integer> listeners) {
        this.lines = List.copyOf(lines);
        this.listeners = Set.copyOf(listeners);
        this.pools = servers.stream().collect(Collectors.groupingBy(Server::pool));
        for (String line : lines) {
            int space = line.indexOf(' ');
            String key = line.substring(0, space);
            String value = line.substring(space + 1);
            // HAProxy takes the first of equal keys.
            RowText.parseRow(key, value).ifPresent(row -> rows.putIfAbsent(row.key(), row));
            RowText.parseStamp(key, value).ifPresent(stack -> stamps.putIfAbsent(stack, Long.parseLong(value)));
        }
    }

    List<String> lines() {
        return lines;
    }

    Set<Integer> listeners() {
        return listeners;
    }

    /** All servers, pool by pool. */
    List<Server> servers() {
        return pools.values().stream().flatMap(List::stream).toList();
    }

    /**
     * The table in force. The back ends of a row are the servers that are enabled in its pool, so that a pool which
     * somebody edited by hand shows up as a row that differs.
     */
    RouteTable table() {
        SortedMap<RouteKey, Row> table = new TreeMap<>();
        rows.forEach((key, row) -> table.put(
                key, new Row(row.endpoint(), row.service(), row.pool() == null ? Set.of() : enabled(row.pool()))));
        return new RouteTable(table, stamps);
    }

    /** The pool that the key's row names. */
    Optional<Pool> live(RouteKey key) {
        return Optional.ofNullable(rows.get(key)).map(RowText.Parsed::pool);
    }

    /** The pool that takes a new content: the one that the row does not name. */
    Pool spare(RouteKey key) {
        return live(key).map(Pool::other).orElse(Pool.first(key));
    }

    /** All pools of a listener that no row names: the spare one, and without a row the other one as well. */
    List<Pool> idle(RouteKey key) {
        Pool spare = spare(key);
        return live(key).isPresent() ? List.of(spare) : List.of(spare, spare.other());
    }

    /** What stands in the idle pools of each listener, and whether it is up. */
    Map<RouteKey, Map<Backend, Boolean>> spares() {
        Map<RouteKey, Map<Backend, Boolean>> spares = new TreeMap<>();
        for (int port : listeners) {
            RouteKey key = new RouteKey(port);
            Map<Backend, Boolean> content = new TreeMap<>();
            for (Pool pool : idle(key)) {
                in(pool).stream()
                        .filter(Server::enabled)
                        .forEach(s -> content.merge(s.backend(), s.up(), Boolean::logicalAnd));
            }
            if (!content.isEmpty()) {
                spares.put(key, content);
            }
        }
        return spares;
    }

    /**
     * The lines that put a table in force, or empty when a row that changes is not ready: its spare pool must hold
     * exactly the wanted back ends, all up. More of them would get requests as well. A row whose back ends stay keeps
     * its pool.
     */
    Optional<List<String>> switchTo(RouteTable wanted) {
        List<String> result = new ArrayList<>();
        for (Map.Entry<RouteKey, Row> entry : wanted.rows().entrySet()) {
            RouteKey key = entry.getKey();
            SortedSet<Backend> backends = entry.getValue().backends();
            Optional<Pool> live = live(key);
            if (backends.isEmpty()) {
                result.add(RowText.row(key, null, entry.getValue()));
            } else if (live.isPresent() && enabled(live.get()).equals(backends)) {
                result.add(RowText.row(key, live.get(), entry.getValue()));
            } else if (enabled(spare(key)).equals(backends)
                    && in(spare(key)).stream().allMatch(s -> s.up() || !s.enabled())) {
                result.add(RowText.row(key, spare(key), entry.getValue()));
            } else {
                return Optional.empty();
            }
        }
        wanted.stamps().forEach((stack, generation) -> result.add(RowText.stamp(stack, generation)));
        return Optional.of(result);
    }

    /** All servers of a pool. */
    List<Server> in(Pool pool) {
        return pools.getOrDefault(pool, List.of());
    }

    private SortedSet<Backend> enabled(Pool pool) {
        SortedSet<Backend> backends = new TreeSet<>();
        in(pool).stream().filter(Server::enabled).map(Server::backend).forEach(backends::add);
        return backends;
    }
}
