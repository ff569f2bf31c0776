package dev.cairn.core.model;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is declared and recorded, as far as it concerns one service: read live, the stacks first.
 *
 * @param key the service
 * @param service null when it does not exist
 * @param stacks the service's stacks, lead first
 * @param otherStacks the stacks of all other services: they occupy ports and hosts
 * @param endpoints all endpoints of the installation: they compete for routes
 * @param hosts all hosts
 */
public record Desired(
        ObjectKey key,
        @Nullable Service service,
        List<ServiceStack> stacks,
        List<ServiceStack> otherStacks,
        List<Endpoint> endpoints,
        List<Host> hosts) {
    public Desired {
        stacks = stacks.stream()
                .sorted(Comparator.comparingInt(ServiceStack::ordinal))
                .toList();
        otherStacks = List.copyOf(otherStacks);
        endpoints = List.copyOf(endpoints);
        hosts = List.copyOf(hosts);
    }

    /** The stack with the lowest index. */
    public Optional<ServiceStack> lead() {
        return stacks.stream().findFirst();
    }

    /** The endpoints that are bound to this service and not being deleted. */
    public List<Endpoint> endpointsOfService() {
        return endpoints.stream()
                .filter(e -> e.service().equals(key) && !e.deleting())
                .toList();
    }

    /** The host of that name. */
    public Optional<Host> host(String name) {
        return hosts.stream().filter(h -> h.name().equals(name)).findFirst();
    }

    /** The same with the service as an edit would leave it; nothing changes where there is no service. */
    public Desired edited(UnaryOperator<Service> edit) {
        return service == null
                ? this
                : new Desired(key, edit.apply(service), stacks, otherStacks, endpoints, hosts);
    }
}
