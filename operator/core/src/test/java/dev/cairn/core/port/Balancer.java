package dev.cairn.core.port;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The proxy as a value, with the versions of a HAProxy map: {@code prepare} gives the next number. A token is that number
 * and the one in force when it was given; a switch is refused when another number is in force by then. The proxy sees at
 * once who is up.
 *
 * @param reachable whether it answers
 * @param current number of the table in force
 * @param next highest number given to anybody
 * @param live the table in force
 * @param spare per row what the pool holds that no row names
 * @param sessions containers that still serve somebody
 * @param listeners ports on which it listens, and what is spoken there
 * @param resting containers that are not asked
 */
public record Balancer(
        boolean reachable,
        long current,
        long next,
        RouteTable live,
        SortedMap<RouteKey, SortedSet<Backend>> spare,
        Set<Owner> sessions,
        Map<Integer, Protocol> listeners,
        Set<Owner> resting) {
    /** A proxy that nobody has configured. */
    public static final Balancer EMPTY =
            new Balancer(true, 0, 0, RouteTable.EMPTY, new TreeMap<>(), Set.of(), Map.of(), Set.of());

    /** A process that starts again never gives a number that an earlier one gave. */
    private static final long NUMBERS_PER_PROCESS = 1_000_000;

    private static final int NUMBER_BITS = 31;
    private static final long NUMBER = (1L << NUMBER_BITS) - 1;

    public Balancer {
        spare = World.sorted(spare);
        sessions = Set.copyOf(sessions);
        listeners = Map.copyOf(listeners);
        // Who is in no row and no pool any more is forgotten with it.
        resting = known(resting, live, spare);
    }

    /** The same proxy, reachable or not. */
    public Balancer reachable(boolean answers) {
        return new Balancer(answers, current, next, live, spare, sessions, listeners, resting);
    }

    /** The proxy after a restart that lost the table and the pools. Tokens of the old process are worth nothing. */
    public Balancer restarted() {
        long first = (next / NUMBERS_PER_PROCESS + 1) * NUMBERS_PER_PROCESS;
        return new Balancer(reachable, first, first, RouteTable.EMPTY, new TreeMap<>(), Set.of(), listeners, Set.of());
    }

    /** The same proxy with other numbers. */
    public Balancer numbered(long newCurrent, long newNext) {
        return new Balancer(reachable, newCurrent, newNext, live, spare, sessions, listeners, resting);
    }

    /** The same proxy with another table in force, and the pools as they are. */
    public Balancer carrying(RouteTable table) {
        return new Balancer(reachable, current, next, table, spare, sessions, listeners, resting);
    }

    /** The same proxy, where these containers have sessions. */
    public Balancer withSessions(Set<Owner> others) {
        return new Balancer(reachable, current, next, live, spare, others, listeners, resting);
    }

    Balancer withoutSessions(Owner owner) {
        Set<Owner> left = new HashSet<>(sessions);
        left.remove(owner);
        return withSessions(left);
    }

    /** The same proxy, which asks nothing more of a container that it has and that does not answer. */
    Balancer rested(Owner owner, Predicate<Backend> answers) {
        boolean silent =
                backends(live, spare).anyMatch(backend -> backend.owner().equals(owner) && !answers.test(backend));
        Set<Owner> after = new HashSet<>(resting);
        if (silent) {
            after.add(owner);
        }
        return resting(after);
    }

    private static Set<Owner> known(Set<Owner> owners, RouteTable live, SortedMap<RouteKey, SortedSet<Backend>> spare) {
        return owners.stream()
                .filter(owner -> backends(live, spare).anyMatch(b -> b.owner().equals(owner)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<Backend> backends(RouteTable live, SortedMap<RouteKey, SortedSet<Backend>> spare) {
        return Stream.concat(
                live.rows().values().stream().flatMap(row -> row.backends().stream()),
                spare.values().stream().flatMap(Set::stream));
    }

    Balancer woken(Owner owner) {
        Set<Owner> after = new HashSet<>(resting);
        after.remove(owner);
        return resting(after);
    }

    private Balancer resting(Set<Owner> after) {
        return new Balancer(reachable, current, next, live, spare, sessions, listeners, after);
    }

    Balancer prepared() {
        return numbered(current, next + 1);
    }

    /** A port on which something else is spoken from now on loses its rows. */
    Balancer listening(Map<Integer, Protocol> ports) {
        SortedMap<RouteKey, Row> rows = new TreeMap<>(live.rows());
        rows.keySet().removeIf(key -> ports.getOrDefault(key.port(), key.protocol()) != key.protocol());
        SortedMap<RouteKey, SortedSet<Backend>> pools = new TreeMap<>(spare);
        pools.keySet().removeIf(key -> ports.getOrDefault(key.port(), key.protocol()) != key.protocol());
        return new Balancer(true, current, next, new RouteTable(rows, live.stamps()), pools, sessions, ports, resting);
    }

    Balancer warmed(Map<RouteKey, Row> rows) {
        SortedMap<RouteKey, SortedSet<Backend>> after = new TreeMap<>(spare);
        rows.forEach((key, row) -> fill(after, key, row.backends()));
        return new Balancer(reachable, current, next, live, after, sessions, listeners, resting);
    }

    private static void fill(SortedMap<RouteKey, SortedSet<Backend>> pools, RouteKey key, SortedSet<Backend> backends) {
        if (backends.isEmpty()) {
            pools.remove(key);
        } else {
            pools.put(key, new TreeSet<>(backends));
        }
    }

    /** A row that changes takes the spare pool; what it had before is then the spare one. */
    Optional<Balancer> commit(long token, RouteTable table, Predicate<Backend> answers) {
        long number = token & NUMBER;
        if (!reachable || number <= current || token >>> NUMBER_BITS != current) {
            return Optional.empty();
        }
        for (Map.Entry<RouteKey, Row> row : table.rows().entrySet()) {
            SortedSet<Backend> wanted = row.getValue().backends();
            boolean warm = wanted.equals(spare.getOrDefault(row.getKey(), new TreeSet<>()))
                    && wanted.stream().allMatch(b -> answers.test(b) && !resting.contains(b.owner()));
            if (!wanted.isEmpty() && !wanted.equals(backends(live, row.getKey())) && !warm) {
                return Optional.empty();
            }
        }
        return Optional.of(switched(table).numbered(number, Math.max(number, next)));
    }

    /** The same proxy after a switch that asked nothing. */
    public Balancer switched(RouteTable table) {
        SortedMap<RouteKey, SortedSet<Backend>> after = new TreeMap<>(spare);
        Set<RouteKey> keys = new HashSet<>(live.rows().keySet());
        keys.addAll(table.rows().keySet());
        for (RouteKey key : keys) {
            SortedSet<Backend> before = backends(live, key);
            if (!before.equals(backends(table, key))) {
                fill(after, key, before);
            }
        }
        return new Balancer(reachable, current, next, table, after, sessions, listeners, resting);
    }

    private static SortedSet<Backend> backends(RouteTable table, RouteKey key) {
        return Optional.ofNullable(table.rows().get(key)).map(Row::backends).orElseGet(TreeSet::new);
    }

    ProxyView view(Predicate<Backend> answers) {
        if (!reachable) {
            return ProxyView.unknown("it does not answer");
        }
        Map<RouteKey, Map<Backend, Boolean>> up = new HashMap<>();
        spare.forEach((key, backends) -> {
            Map<Backend, Boolean> pool = new HashMap<>();
            backends.forEach(backend -> pool.put(backend, answers.test(backend) && !resting.contains(backend.owner())));
            up.put(key, pool);
        });
        Map<Owner, Integer> open = new HashMap<>();
        sessions.forEach(owner -> open.put(owner, 1));
        Objects.requireNonNull(live);
        return new ProxyView(
                null, current << NUMBER_BITS | next, next == current + 1, live, up, open, listeners, Map.of(), resting);
    }
}
