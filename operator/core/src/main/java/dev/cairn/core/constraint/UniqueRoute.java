package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Port, host name and path belong to one endpoint: the one routed now, else the older, else by name. What is spoken on a
 * port is decided in the same way: by the first of all endpoints on it. An endpoint that loses one of its host names
 * keeps the others.
 */
public final class UniqueRoute implements Constraint {
    private static final String ID = "UniqueRoute";

    private final RouteTable live;

    UniqueRoute(RouteTable live) {
        this.live = live;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public List<Violation> check(Desired desired) {
        return desired.endpointsOfService().stream()
                .flatMap(e -> violations(e, desired.around().endpointsOn(e.port()), live).stream())
                .toList();
    }

    /**
     * Who has a route.
     *
     * @param endpoints all that may ask for it; those that are being deleted do not count
     * @param live the routes in force
     * @return empty when there is nobody
     */
    public static Optional<Endpoint> holder(RouteKey key, Collection<Endpoint> endpoints, RouteTable live) {
        List<Endpoint> neighbours =
                endpoints.stream().filter(e -> e.port() == key.port()).toList();
        if (otherSpeaker(neighbours, key.protocol(), live).isPresent()) {
            return Optional.empty();
        }
        return first(neighbours.stream().filter(n -> n.asksFor(key)).toList(), n -> isRouted(key, n, live));
    }

    /**
     * Who decides what is spoken on a port.
     *
     * @param neighbours all endpoints on that port; those that are being deleted do not count
     * @param live the routes in force
     * @return empty when there is nobody
     */
    public static Optional<Endpoint> speaker(Collection<Endpoint> neighbours, RouteTable live) {
        return first(neighbours, e -> e.routes().stream().anyMatch(key -> isRouted(key, e, live)));
    }

    /** Who decides that something else is spoken. Where nobody wants that, nobody has to be compared. */
    private static Optional<Endpoint> otherSpeaker(
            Collection<Endpoint> neighbours, Protocol protocol, RouteTable live) {
        return neighbours.stream().allMatch(e -> e.protocol() == protocol)
                ? Optional.empty()
                : speaker(neighbours, live).filter(e -> e.protocol() != protocol);
    }

    private static Optional<Endpoint> first(Collection<Endpoint> endpoints, Predicate<Endpoint> routed) {
        Comparator<Endpoint> routedFirst = Comparator.comparing(e -> !routed.test(e));
        return endpoints.stream()
                .filter(e -> !e.deleting())
                .min(routedFirst.thenComparing(Endpoint::created).thenComparing(Endpoint::key));
    }

    private static boolean isRouted(RouteKey key, Endpoint endpoint, RouteTable live) {
        Row row = live.rows().get(key);
        return row != null && row.endpoint().equals(endpoint.key());
    }

    /** What an endpoint asks for and others have; it may be among the endpoints or not. */
    static List<Violation> violations(Endpoint endpoint, Collection<Endpoint> endpoints, RouteTable live) {
        List<Endpoint> neighbours =
                endpoints.stream().filter(e -> e.port() == endpoint.port()).toList();
        Optional<Endpoint> speaker = otherSpeaker(neighbours, endpoint.protocol(), live);
        if (speaker.isPresent()) {
            return List.of(otherProtocol(endpoint, speaker.get()));
        }
        Map<Endpoint, List<RouteKey>> lost = new LinkedHashMap<>();
        for (RouteKey key : endpoint.routes()) {
            holder(key, neighbours, live)
                    .filter(holder -> !holder.key().equals(endpoint.key()))
                    .ifPresent(holder ->
                            lost.computeIfAbsent(holder, h -> new ArrayList<>()).add(key));
        }
        return lost.entrySet().stream()
                .map(entry -> taken(endpoint, entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Violation otherProtocol(Endpoint loser, Endpoint speaker) {
        return violation(
                loser,
                "wants " + loser.protocol() + " on port " + loser.port() + ", where " + Named.endpoint(speaker.key())
                        + " has " + speaker.protocol(),
                "choose another port");
    }

    private static Violation taken(Endpoint loser, Endpoint holder, List<RouteKey> keys) {
        boolean whole = keys.get(0).host().isEmpty()
                && (loser.protocol() == Protocol.TCP || loser.path().equals(RouteKey.ANY_PATH));
        String found = whole
                ? "port " + loser.port() + " belongs"
                : keys.stream().map(key -> Named.plain(key.toString())).collect(Collectors.joining(", "))
                        + (keys.size() == 1 ? " belongs" : " belong");
        return violation(
                loser,
                found + " to " + Named.endpoint(holder.key()),
                loser.protocol() == Protocol.TCP ? "choose another port" : "choose another port, host name or path");
    }

    private static Violation violation(Endpoint loser, String found, String wanted) {
        return new Violation(ID, Named.endpoint(loser.key()), found, wanted, Blocks.ROUTE);
    }
}
