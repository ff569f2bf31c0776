package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Stage;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A stack is as high as minHeight, and higher than every position that a stage names or an endpoint points at.
 *
 * <p>What the service itself asks for (minHeight, stages) makes a shorter list inadmissible. An endpoint that points too
 * high only gets no route: otherwise whoever may create endpoints could stop a service from being released. But a list
 * that would take away a position which an endpoint uses now is inadmissible.
 */
final class StackHeight implements ServiceConstraint {
    private static final String ID = "StackHeight";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public List<Violation> check(Service service, Desired desired) {
        Optional<List<Version>> committed = Declared.committed(desired);
        List<Version> declared = Declared.versions(service, committed);
        List<Violation> violations = new ArrayList<>();
        if (declared.size() < Declared.leastHeight(service)) {
            violations.add(tooLow(service, committed.orElse(List.of()), declared));
        }
        for (Endpoint endpoint : desired.endpointsOfService()) {
            of(endpoint, service, committed).ifPresent(violations::add);
        }
        return violations;
    }

    /**
     * Whether one endpoint points higher than its service declares. A position within the service's least height is
     * left to the service.
     */
    static Optional<Violation> of(Endpoint endpoint, Service service, Optional<List<Version>> committed) {
        int position = EndpointService.position(endpoint, service).orElse(-1);
        List<Version> declared = Declared.versions(service, committed);
        if (position < Math.max(declared.size(), Declared.leastHeight(service))) {
            return Optional.empty();
        }
        boolean usedNow = position < committed.map(List::size).orElse(0);
        return Optional.of(
                usedNow
                        ? takenAway(endpoint, service, declared, position)
                        : tooHigh(endpoint, service, declared, position));
    }

    private static Violation takenAway(Endpoint endpoint, Service service, List<Version> declared, int position) {
        return new Violation(
                ID,
                Named.service(service.key()),
                high(declared) + ", but " + Named.endpoint(endpoint.key()) + " uses position " + position,
                "declare " + (position + 1) + " or more versions, or point the Endpoint lower first",
                Blocks.CHANGE);
    }

    private static Violation tooHigh(Endpoint endpoint, Service service, List<Version> declared, int position) {
        return new Violation(
                ID,
                Named.endpoint(endpoint.key()),
                "points at position " + position + ", but " + Named.service(service.key()) + " declares "
                        + count(declared.size()) + ", so its highest position is " + (declared.size() - 1),
                "point it lower, or push onto the service",
                Blocks.ROUTE);
    }

    private static Violation tooLow(Service service, List<Version> committed, List<Version> declared) {
        return new Violation(
                ID,
                Named.service(service.key()),
                high(declared) + ", but " + reason(service),
                new RightLists(service, committed, declared).sentence(),
                Blocks.CHANGE);
    }

    private static String reason(Service service) {
        if (service.minHeight() >= Declared.heightForStages(service)) {
            return "minHeight is " + Declared.leastHeight(service);
        }
        Stage highest = service.stages().stream()
                .max(Comparator.comparingInt(Stage::position))
                .orElseThrow();
        return "stage " + Named.plain(highest.name()) + " is position " + highest.position();
    }

    private static String high(List<Version> declared) {
        return Named.list(declared) + " has " + count(declared.size());
    }

    private static String count(int versions) {
        return versions == 1 ? "1 version" : versions + " versions";
    }
}
