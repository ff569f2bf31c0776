package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * From position i to i+1 the version does not fall (NonDecreasing), rises (Increasing), stays the very same tag (Equal),
 * or is free (Any). A pair in which one has no order is left to ContainerVersion.
 */
final class VersionOrder implements ServiceConstraint {
    @Override
    public String id() {
        return "VersionOrder";
    }

    @Override
    public List<Violation> check(Service service, Desired desired) {
        List<Version> versions = Declared.versions(service, Declared.committed(desired));
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i + 1 < versions.size(); i++) {
            Version lower = versions.get(i);
            Version upper = versions.get(i + 1);
            if (!holds(service.versionOrder(), lower, upper)) {
                String found = "position " + i + " has " + Named.plain(lower.tag()) + " and position " + (i + 1)
                        + " above it has " + Named.plain(upper.tag());
                violations.add(new Violation(
                        id(), Named.service(service.key()), found, wanted(service.versionOrder()), Blocks.CHANGE));
            }
        }
        return violations;
    }

    /** Whether the whole list is in that order. */
    static boolean holds(Service.VersionOrder order, List<Version> versions) {
        for (int i = 0; i + 1 < versions.size(); i++) {
            if (!holds(order, versions.get(i), versions.get(i + 1))) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Service.VersionOrder order, Version lower, Version upper) {
        boolean comparable = lower.hasOrder() && upper.hasOrder();
        return switch (order) {
            case INCREASING -> !comparable || lower.compareOrder(upper) < 0;
            case NON_DECREASING -> !comparable || lower.compareOrder(upper) <= 0;
            case EQUAL -> lower.equals(upper);
            case ANY -> true;
        };
    }

    private static String wanted(Service.VersionOrder order) {
        return switch (order) {
            case INCREASING ->
                "list the oldest version first, each one higher than the one before (versionOrder Increasing)";
            case NON_DECREASING -> "list the oldest version first, none lower than the one before";
            case EQUAL -> "list the same version at every position (versionOrder Equal)";
            case ANY -> "any order";
        };
    }
}
