package dev.cairn.core.plan;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Service;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which host a new stack goes to, and why no other. */
final class Places {
    private final Desired desired;
    private final Fleet fleet;

    Places(Desired desired, Fleet fleet) {
        this.desired = desired;
        this.fleet = fleet;
    }

    /** Why hosts that are there are not taken, each reason once. */
    String nobody(Service service, List<String> chosen) {
        Set<String> own = own(chosen);
        TreeMap<String, List<String>> reasons = new TreeMap<>();
        for (Host host : desired.hosts()) {
            unfit(service, host, own)
                    .ifPresent(reason -> reasons.computeIfAbsent(reason, r -> new ArrayList<>())
                            .add(host.name()));
        }
        return reasons.isEmpty()
                ? ""
                : reasons.entrySet().stream()
                        .map(e -> String.join(", ", e.getValue()) + " " + e.getKey())
                        .collect(Collectors.joining("; ", " (", ")"));
    }

    /**
     * Why a new stack cannot go to a host; empty when it can.
     *
     * @param own hosts that have a stack of the service
     */
    private Optional<String> unfit(Service service, Host host, Set<String> own) {
        if (host.deleting()) {
            return Optional.of("deleted");
        }
        if (host.availability() != Host.Availability.ACTIVE) {
            return Optional.of("not Active");
        }
        if (!service.placement().admits(host)) {
            return Optional.of("excluded by spec.placement");
        }
        if (!fleet.view(host).known()) {
            return Optional.of("not Ready");
        }
        boolean taken = service.placement().spread() == Placement.Spread.REQUIRED && own.contains(host.name());
        return taken ? Optional.of("taken by another stack of it") : Optional.empty();
    }

    /** Whether all hosts were seen; then it takes an event to free one. */
    boolean allAnswer() {
        return desired.hosts().stream().allMatch(host -> fleet.view(host).known());
    }

    /** The hosts that have a stack of the service, or get one by this plan. */
    private Set<String> own(List<String> chosen) {
        Set<String> own = new HashSet<>(chosen);
        fleet.stacks().forEach(stack -> own.add(stack.hostName()));
        return own;
    }

    /** Placement and spread, least loaded first, ties by name. */
    Optional<Host> choose(Service service, List<String> chosen) {
        Set<String> own = own(chosen);
        return desired.hosts().stream()
                .filter(host -> unfit(service, host, own).isEmpty())
                .min(Comparator.comparing((Host host) -> own.contains(host.name()))
                        .thenComparing(host -> load(host, chosen))
                        .thenComparing(Host::name));
    }

    private long load(Host host, List<String> chosen) {
        return desired.stacksOn(host.name()).count() + Collections.frequency(chosen, host.name());
    }
}
