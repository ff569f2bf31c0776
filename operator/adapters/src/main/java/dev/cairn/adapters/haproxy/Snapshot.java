package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What one worker process of HAProxy holds at one moment, and what follows from it. Pure. */
final class Snapshot {
    private final Map<Integer, Protocol> listeners;
    private final SortedMap<RouteKey, String> pairs = new TreeMap<>();
    private final Set<String> pairLines = new TreeSet<>();
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
    Snapshot(List<String> lines, List<Server> servers, Map<Integer, Protocol> listeners) {
        this.listeners = Map.copyOf(listeners);
        this.pools = servers.stream().collect(Collectors.groupingBy(Server::pool));
        // HAProxy takes the first of equal keys.
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : lines) {
            int space = line.indexOf(' ');
            values.putIfAbsent(line.substring(0, space), line.substring(space + 1));
        }
        values.forEach((key, value) -> RowText.parsePair(key).ifPresent(pair -> {
            pairLines.add(pair);
            RowText.parseKey(value)
                    .filter(routeKey -> routeKey.protocol() == Protocol.HTTP && suits(routeKey))
                    .ifPresent(routeKey -> pairs.putIfAbsent(routeKey, pair));
        }));
        values.forEach((key, value) -> {
            RowText.parseRow(key, value)
                    .filter(row -> suits(row.key()) && ownPool(row))
                    .ifPresent(row -> rows.put(row.key(), row));
            RowText.parseStamp(key, value).ifPresent(stack -> stamps.put(stack, Long.parseLong(value)));
        });
    }

    private boolean suits(RouteKey key) {
        return listeners.getOrDefault(key.port(), key.protocol()) == key.protocol();
    }

    private boolean ownPool(RowText.Parsed row) {
        Pool pool = row.pool();
        return pool == null || pair(row.key()).filter(pool.pair()::equals).isPresent();
    }

    Map<Integer, Protocol> listeners() {
        return listeners;
    }

    /** All servers, pool by pool. */
    List<Server> servers() {
        return pools.values().stream().flatMap(List::stream).toList();
    }

    /** The same as far as these listeners need it: what belongs to others is left out. */
    Snapshot reduced(Map<Integer, Protocol> wanted) {
        List<String> lines = lines(table(), key -> wanted.get(key.port()) == key.protocol());
        Set<String> kept = new TreeSet<>();
        pairs.forEach((key, pair) -> {
            if (wanted.get(key.port()) == Protocol.HTTP) {
                kept.add(pair);
            }
        });
        wanted.keySet().forEach(port -> kept.add(Pool.tcp(port)));
        List<Server> servers = servers().stream()
                .filter(server -> kept.contains(server.pool().pair()))
                .toList();
        return new Snapshot(lines, servers, wanted);
    }

    /** The lines of the map that say what is in force. */
    List<String> lines() {
        return lines(table(), key -> true);
    }

    private List<String> lines(RouteTable table, Predicate<RouteKey> which) {
        SortedMap<RouteKey, Row> some = new TreeMap<>(table.rows());
        some.keySet().removeIf(which.negate());
        List<String> lines = new ArrayList<>();
        some.forEach((key, row) -> lines.add(RowText.row(key, live(key).orElse(null), row)));
        lines.addAll(besides(new RouteTable(some, table.stamps()), which));
        return lines;
    }

    /** The lines beside the rows. */
    private List<String> besides(RouteTable table, Predicate<RouteKey> which) {
        List<String> lines = pairLines(which);
        SortedMap<Integer, Boolean> wildcards = new TreeMap<>();
        table.rows().keySet().stream()
                .filter(key -> key.protocol() == Protocol.HTTP)
                .forEach(key -> wildcards.merge(key.port(), key.host().startsWith("*"), Boolean::logicalOr));
        wildcards.forEach((port, some) -> lines.add(RowText.port(port, some)));
        table.stamps().forEach((stack, generation) -> lines.add(RowText.stamp(stack, generation)));
        return lines;
    }

    /** The lines that say whose the pairs of pools are. */
    List<String> pairLines(Predicate<RouteKey> which) {
        List<String> lines = new ArrayList<>();
        pairs.forEach((key, pair) -> {
            if (which.test(key)) {
                lines.add(RowText.pair(pair, key));
            }
        });
        return lines;
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

    /** The pair of pools that a key has: that of the listener, or the one that was given to it. */
    Optional<String> pair(RouteKey key) {
        return key.protocol() == Protocol.TCP ? Optional.of(Pool.tcp(key.port())) : Optional.ofNullable(pairs.get(key));
    }

    /** How many pairs have been given to keys. */
    int given() {
        return pairs.size();
    }

    /** Whether some line of the map gives that pair to a key. */
    boolean isGiven(String pair) {
        return pairLines.contains(pair);
    }

    /** The pairs that can be given to another key, the ones without servers first. */
    List<String> free(Set<String> existing) {
        Set<String> held = new TreeSet<>();
        pairs.forEach((key, pair) -> {
            boolean prepared =
                    Pool.both(pair).stream().anyMatch(pool -> !enabled(pool).isEmpty());
            if (prepared || live(key).isPresent()) {
                held.add(pair);
            }
        });
        return existing.stream()
                .filter(pair -> !held.contains(pair))
                .sorted(Comparator.comparing(
                                (String pair) -> Pool.both(pair).stream().anyMatch(pools::containsKey))
                        .thenComparing(this::isGiven)
                        .thenComparing(String::length)
                        .thenComparing(pair -> pair))
                .toList();
    }

    /** The pool that the key's row names. */
    Optional<Pool> live(RouteKey key) {
        return Optional.ofNullable(rows.get(key)).map(RowText.Parsed::pool);
    }

    /** The pool that takes a new content: the one that the row does not name. Empty while the key has no pair. */
    Optional<Pool> spare(RouteKey key) {
        return live(key).map(Pool::other).or(() -> pair(key).map(pair -> new Pool(pair, 'a')));
    }

    /** All pools of a key that no row names: the spare one, and without a row the other one as well. */
    List<Pool> idle(RouteKey key) {
        return pair(key).map(Pool::both).orElse(List.of()).stream()
                .filter(pool -> !live(key).filter(pool::equals).isPresent())
                .toList();
    }

    /** What stands in the idle pools of each key, and whether it is up. */
    Map<RouteKey, Map<Backend, Boolean>> spares() {
        SortedSet<RouteKey> keys = new TreeSet<>(pairs.keySet());
        listeners.forEach((port, protocol) -> {
            if (protocol == Protocol.TCP) {
                keys.add(RouteKey.tcp(port));
            }
        });
        Map<RouteKey, Map<Backend, Boolean>> spares = new TreeMap<>();
        for (RouteKey key : keys) {
            Map<Backend, Boolean> content = new TreeMap<>();
            for (Pool pool : idle(key)) {
                in(pool).stream()
                        .filter(Server::enabled)
                        .forEach(s -> content.merge(s.backend(), s.up(), Boolean::logicalAnd));
            }
            if (!content.isEmpty() && listeners.containsKey(key.port())) {
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
            Optional<Pool> live = live(key).filter(pool -> enabled(pool).equals(backends));
            Optional<Pool> pool = live.isPresent() ? live : spare(key).filter(spare -> ready(spare, backends));
            if (pool.isEmpty() && !backends.isEmpty()) {
                return Optional.empty();
            }
            result.add(RowText.row(key, backends.isEmpty() ? null : pool.orElseThrow(), entry.getValue()));
        }
        result.addAll(besides(wanted, key -> true));
        return Optional.of(result);
    }

    private boolean ready(Pool pool, SortedSet<Backend> backends) {
        return enabled(pool).equals(backends) && in(pool).stream().allMatch(s -> s.up() || !s.enabled());
    }

    /** The servers of the pools that rows name now and that {@link #switchTo} leaves. */
    List<Server> left(RouteTable wanted) {
        return rows.keySet().stream()
                .flatMap(key -> live(key)
                        .filter(pool -> wanted.row(key)
                                .filter(next -> next.backends().equals(enabled(pool)))
                                .isEmpty())
                        .stream())
                .flatMap(pool -> in(pool).stream())
                .toList();
    }

    /** The containers that are not asked until somebody wakes them. */
    Set<Owner> resting() {
        return servers().stream()
                .filter(Server::resting)
                .map(server -> server.backend().owner())
                .collect(Collectors.toSet());
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
