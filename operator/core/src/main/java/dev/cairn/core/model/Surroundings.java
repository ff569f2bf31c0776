package dev.cairn.core.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Everything that is declared and recorded for all services alike: their plans share it. */
public final class Surroundings {
    private final List<ServiceStack> stacks;
    private final List<Endpoint> endpoints;
    private final List<Host> hosts;
    private final Index<String, ServiceStack> stacksByHost;
    private final Index<ObjectKey, Endpoint> endpointsByKey;
    private final Index<ObjectKey, Endpoint> endpointsByService;
    private final Index<Integer, Endpoint> endpointsByPort;

    /**
     * Of all namespaces.
     *
     * @param stacks they occupy ports and hosts
     * @param endpoints they compete for routes
     */
    public Surroundings(List<ServiceStack> stacks, List<Endpoint> endpoints, List<Host> hosts) {
        this.stacks = List.copyOf(stacks);
        this.endpoints = List.copyOf(endpoints);
        this.hosts = List.copyOf(hosts);
        stacksByHost = new Index<>(this.stacks, stack -> List.of(stack.hostName()));
        endpointsByKey = new Index<>(this.endpoints, endpoint -> List.of(endpoint.key()));
        endpointsByService = new Index<>(this.endpoints, endpoint -> List.of(endpoint.service()));
        endpointsByPort = new Index<>(this.endpoints, e -> e.deleting() ? List.of() : List.of(e.port()));
    }

    public List<ServiceStack> stacks() {
        return stacks;
    }

    public List<ServiceStack> stacksOn(String host) {
        return stacksByHost.of(host);
    }

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    public Optional<Endpoint> endpoint(ObjectKey key) {
        return endpointsByKey.of(key).stream().findFirst();
    }

    public List<Endpoint> endpointsOf(ObjectKey service) {
        return endpointsByService.of(service);
    }

    /** Those that are to stay. */
    public List<Endpoint> endpointsOn(int port) {
        return endpointsByPort.of(port);
    }

    /** All that some endpoint names which is to stay. */
    public Set<Integer> ports() {
        return endpointsByPort.keys();
    }

    public List<Host> hosts() {
        return hosts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Surroundings that
                && stacks.equals(that.stacks)
                && endpoints.equals(that.endpoints)
                && hosts.equals(that.hosts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(stacks, endpoints, hosts);
    }

    @Override
    public String toString() {
        return stacks.size() + " stacks, " + endpoints + ", " + hosts;
    }
}
