package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A route belongs to one endpoint: the one routed now, else the older, else by name. */
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
                .flatMap(e -> winner(sameRoute(e, desired.endpoints()), live)
                        .filter(winner -> !winner.key().equals(e.key()))
                        .map(winner -> violation(e, winner))
                        .stream())
                .toList();
    }

    /**
     * Who has the route.
     *
     * @param sameRoute endpoints on one route; those that are being deleted do not count
     * @param live the routes in force
     * @return empty when there is nobody
     */
    public static Optional<Endpoint> winner(List<Endpoint> sameRoute, RouteTable live) {
        Comparator<Endpoint> routedFirst = Comparator.comparing(e -> !isRouted(e, live));
        return sameRoute.stream()
                .filter(e -> !e.deleting())
                .min(routedFirst.thenComparing(Endpoint::created).thenComparing(Endpoint::key));
    }

    private static boolean isRouted(Endpoint endpoint, RouteTable live) {
        Row row = live.rows().get(endpoint.route());
        return row != null && row.endpoint().equals(endpoint.key());
    }

    static List<Endpoint> sameRoute(Endpoint endpoint, List<Endpoint> endpoints) {
        return endpoints.stream()
                .filter(other -> other.route().equals(endpoint.route()))
                .toList();
    }

    static Violation violation(Endpoint loser, Endpoint holder) {
        return new Violation(
                ID,
                Named.endpoint(loser.key()),
                "port " + loser.port() + " belongs to " + Named.endpoint(holder.key()),
                "choose another port",
                Blocks.ROUTE);
    }
}
