package dev.cairn.app.operator;

import dev.cairn.core.engine.Outcome;
import dev.cairn.core.engine.Report;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.plan.Action;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The rows of each service as this process last left them at the proxy, so that what somebody else did to them can be
 * told of. Nothing is decided by it: what is wanted is derived anew in every pass.
 */
final class RoutesLeft {
    /** Each entry is only touched by the reconciliation of its service. */
    private final Map<ObjectKey, Map<RouteKey, Row>> left = new ConcurrentHashMap<>();

    /** One sentence about rows that are not as they were left; empty: all are, or nobody can know. To be asked once per pass. */
    Optional<String> changed(Report report) {
        if (!report.observed().proxy().known()) {
            return Optional.empty();
        }
        ObjectKey service = report.desired().key();
        RouteTable found = report.observed().proxy().live();
        Map<RouteKey, Row> before = left.put(service, rows(after(report, found), service));
        if (before == null) {
            return Optional.empty();
        }
        SortedSet<RouteKey> asked = new TreeSet<>();
        report.desired().endpointsOfService().forEach(endpoint -> asked.addAll(endpoint.routes()));
        String other = before.entrySet().stream()
                .filter(row -> asked.contains(row.getKey()))
                .filter(row -> found.row(row.getKey())
                        .filter(now -> now.backends().equals(row.getValue().backends()))
                        .isEmpty())
                .map(row -> row.getKey().toString())
                .sorted()
                .collect(Collectors.joining(", "));
        return other.isEmpty()
                ? Optional.empty()
                : Optional.of("the proxy lost or changed the routes of " + other + "; they are put back");
    }

    /** The table in force after the pass. */
    private static RouteTable after(Report report, RouteTable found) {
        return report.outcomes().stream()
                .filter(Outcome::done)
                .map(Outcome::action)
                .filter(Action.Switch.class::isInstance)
                .map(action -> ((Action.Switch) action).table())
                .findFirst()
                .orElse(found);
    }

    private static Map<RouteKey, Row> rows(RouteTable table, ObjectKey service) {
        Map<RouteKey, Row> rows = new TreeMap<>();
        table.rowsOf(service).forEach(row -> rows.put(row.getKey(), row.getValue()));
        return rows;
    }

    /** Forgets a service that is gone. */
    void forget(ObjectKey service) {
        left.remove(service);
    }
}
