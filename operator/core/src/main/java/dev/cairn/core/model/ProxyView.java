package dev.cairn.core.model;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one look at the proxy saw.
 *
 * @param trouble null when the proxy answered; else one sentence for the user
 * @param token taken before everything else was read; a switch with it is refused when another one came between
 * @param settled whether no younger table is in preparation by somebody else
 * @param live the table in force
 * @param spare per row the backends in the pool that no row names, and whether the proxy has seen them up
 * @param sessions open or queued sessions per container, over all pools and all processes of the proxy; absent = 0
 * @param listeners ports on which the proxy listens, and what is spoken there
 * @param refused ports that were asked for and could not be had, each with one sentence for the user
 * @param resting containers that are in rows or pools and are not asked until somebody wakes them
 */
public record ProxyView(
        @Nullable String trouble,
        long token,
        boolean settled,
        RouteTable live,
        Map<RouteKey, Map<Backend, Boolean>> spare,
        Map<Owner, Integer> sessions,
        Map<Integer, Protocol> listeners,
        Map<Integer, String> refused,
        Set<Owner> resting) {
    public ProxyView {
        spare = Map.copyOf(spare);
        sessions = Map.copyOf(sessions);
        listeners = Map.copyOf(listeners);
        refused = Map.copyOf(refused);
        resting = Set.copyOf(resting);
    }

    /** Nobody rests. */
    public ProxyView(
            @Nullable String trouble,
            long token,
            boolean settled,
            RouteTable live,
            Map<RouteKey, Map<Backend, Boolean>> spare,
            Map<Owner, Integer> sessions,
            Map<Integer, Protocol> listeners,
            Map<Integer, String> refused) {
        this(trouble, token, settled, live, spare, sessions, listeners, refused, Set.of());
    }

    /** A proxy that cannot be reached. */
    public static ProxyView unknown(String trouble) {
        return new ProxyView(trouble, 0, false, RouteTable.EMPTY, Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** Whether the proxy answered. */
    public boolean known() {
        return trouble == null;
    }

    /** Whether a row or a spare pool names that container. */
    public boolean names(Owner container) {
        return live.names(container)
                || spare.values().stream()
                        .flatMap(pool -> pool.keySet().stream())
                        .anyMatch(backend -> backend.owner().equals(container));
    }

    /** The same, where these rest. */
    public ProxyView resting(Set<Owner> others) {
        return new ProxyView(trouble, token, settled, live, spare, sessions, listeners, refused, others);
    }
}
