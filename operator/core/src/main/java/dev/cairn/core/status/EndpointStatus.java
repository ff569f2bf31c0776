package dev.cairn.core.status;

import dev.cairn.core.constraint.Blocks;
import dev.cairn.core.constraint.Constraints;
import dev.cairn.core.constraint.EndpointService;
import dev.cairn.core.constraint.Violation;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is told of an endpoint: where requests go now, read from the proxy, and why they go nowhere.
 *
 * @param position the position it points at, when its service has it
 * @param versions the versions that answer now: one, by the protocol's promise
 * @param backends the containers that answer now
 */
public record EndpointStatus(
        List<Condition> conditions, Optional<Integer> position, List<Version> versions, List<Backend> backends) {

    /**
     * @param desired as read for the endpoint's service
     * @param proxy as last seen
     */
    public static EndpointStatus of(Endpoint endpoint, Desired desired, ProxyView proxy) {
        Service service = desired.service();
        Optional<Integer> position = Optional.ofNullable(service).flatMap(s -> EndpointService.position(endpoint, s));
        List<Backend> backends = endpoint.routes().stream()
                .map(proxy.live().rows()::get)
                .filter(row -> row != null && row.endpoint().equals(endpoint.key()))
                .flatMap(row -> row.backends().stream())
                .distinct()
                .sorted()
                .toList();
        List<Version> versions = backends.stream()
                .map(backend -> version(desired, backend))
                .flatMap(Optional::stream)
                .distinct()
                .sorted(Comparator.comparing(Version::tag))
                .toList();
        return new EndpointStatus(conditions(endpoint, desired, proxy, backends), position, versions, backends);
    }

    private static Optional<Version> version(Desired desired, Backend backend) {
        for (ServiceStack stack : desired.stacks()) {
            if (backend.owner().equals(stack.owner(backend.owner().n()))) {
                List<Entry> entries = new ArrayList<>(stack.containers());
                entries.addAll(stack.pending().orElse(List.of()));
                return entries.stream()
                        .filter(e -> e.n() == backend.owner().n())
                        .map(Entry::version)
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    private static List<Condition> conditions(
            Endpoint endpoint, Desired desired, ProxyView proxy, List<Backend> backends) {
        List<Violation> violations = Constraints.check(desired, proxy.live()).stream()
                .filter(v -> v.blocks() == Blocks.ROUTE && v.subject().endsWith(" " + endpoint.key()))
                .toList();
        Condition compliant = violations.isEmpty()
                ? new Condition("Compliant", true, "AllConstraintsHold", "")
                : new Condition(
                        "Compliant",
                        false,
                        violations.get(0).constraint(),
                        violations.get(0).message());
        return List.of(ready(endpoint, proxy, backends, violations), compliant);
    }

    private static Condition ready(
            Endpoint endpoint, ProxyView proxy, List<Backend> backends, List<Violation> violations) {
        if (!violations.isEmpty()) {
            Violation first = violations.get(0);
            return new Condition("Ready", false, first.constraint(), first.message());
        }
        if (!proxy.known()) {
            return new Condition("Ready", false, "ProxyUnknown", Objects.requireNonNullElse(proxy.trouble(), ""));
        }
        String refused = proxy.refused().get(endpoint.port());
        if (refused != null) {
            return new Condition("Ready", false, "PortTaken", refused);
        }
        if (backends.isEmpty()) {
            return new Condition(
                    "Ready", false, "NoBackends", "no container of Service " + endpoint.service() + " is routed yet");
        }
        return new Condition("Ready", true, "Routed", "");
    }
}
