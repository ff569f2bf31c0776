package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.RouteTable;
import java.util.ArrayList;
import java.util.List;

/**
 * All constraints: this list is the specification, and its order is the order of every report. TreeShape (no cycle of
 * dependencies) joins it with dependencies. SameBits (one version is one digest) needs the engines and is reported by
 * the planner.
 */
public final class Constraints {
    private Constraints() {}

    /**
     * The list.
     *
     * @param live the routes in force: an endpoint that is routed keeps its route
     */
    public static List<Constraint> all(RouteTable live) {
        return List.of(
                // A service has one or more stacks.
                new StackCount(),
                // Every container has a version; one without order only with versionOrder Any or Equal.
                new ContainerVersion(),
                // From position i to i+1 the version does not fall. Increasing: it rises; Equal: all the same; Any:
                // free.
                new VersionOrder(),
                // A version that is new to the stack enters above everything that stays, or where a higher one goes
                // back.
                new EntryOnTop(),
                // As high as minHeight, and higher than every position that a stage or an endpoint points at.
                new StackHeight(),
                // All stacks of a service hold the same versions in the same order, and nobody else edits them.
                new IdenticalStacks(),
                // A stack belongs to one service and lives on one host.
                new StackOwner(),
                // Two stacks of a service are not on one Docker host.
                new SpreadStacks(),
                // An endpoint leads to an existing service, at a stage that the service has.
                new EndpointService(),
                // A route belongs to one endpoint: the one routed now, else the older, else by name.
                new UniqueRoute(live));
    }

    /** All violations, in the order of the list. */
    public static List<Violation> check(Desired desired, RouteTable live) {
        List<Violation> violations = new ArrayList<>();
        for (Constraint constraint : all(live)) {
            violations.addAll(constraint.check(desired));
        }
        return violations;
    }

    /** All violations where the routes in force are not known: of two endpoints on one route the older has it. */
    public static List<Violation> check(Desired desired) {
        return check(desired, RouteTable.EMPTY);
    }

    /** Whether the declared list is inadmissible, so that no change of the service may begin. */
    public static boolean blocksChange(List<Violation> violations) {
        return violations.stream().anyMatch(v -> v.blocks() == Blocks.CHANGE);
    }

    /** Whether that endpoint must not have a route. */
    public static boolean blocksRoute(List<Violation> violations, ObjectKey endpoint) {
        return violations.stream()
                .anyMatch(v -> v.blocks() == Blocks.ROUTE && v.subject().equals(Named.endpoint(endpoint)));
    }
}
