package dev.cairn.core.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * On which hosts a service's stacks go.
 *
 * @param spread whether two stacks may share a host
 * @param hostNames the only hosts that may be chosen; empty: all
 * @param requirements what a host's labels must satisfy, all of it
 * @param rescheduleAfter how long a host may be lost before its stack is made anew elsewhere
 */
public record Placement(
        Spread spread, Set<String> hostNames, List<Requirement> requirements, Duration rescheduleAfter) {
    /** Wherever there is room, and not two on one host. */
    public static final Placement ANYWHERE =
            new Placement(Spread.REQUIRED, Set.of(), List.of(), Duration.ofSeconds(300));

    /** Whether two stacks may share a Docker host when there are too few. */
    public enum Spread {
        REQUIRED,
        PREFERRED
    }

    /** How a label must relate to values. */
    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        DOES_NOT_EXIST
    }

    /** One condition on labels, as in Kubernetes' label selectors: NOT_IN holds where the label is missing. */
    public record Requirement(String label, Operator operator, Set<String> values) {
        public Requirement {
            values = Set.copyOf(values);
        }

        boolean holds(Map<String, String> labels) {
            String value = labels.get(label);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
            };
        }
    }

    public Placement {
        hostNames = Set.copyOf(hostNames);
        requirements = List.copyOf(requirements);
    }

    /** The same with another spread. */
    public Placement withSpread(Spread other) {
        return new Placement(other, hostNames, requirements, rescheduleAfter);
    }

    /** Whether the service wants the host, whatever its state. */
    public boolean admits(Host host) {
        return (hostNames.isEmpty() || hostNames.contains(host.name()))
                && requirements.stream().allMatch(requirement -> requirement.holds(host.labels()));
    }
}
