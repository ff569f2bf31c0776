package dev.cairn.core.model;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is declared and recorded, as far as it concerns one service.
 *
 * @param key the service
 * @param service null when it does not exist
 * @param stacks the service's stacks, lead first
 * @param around what it shares with all others
 */
public record Desired(ObjectKey key, @Nullable Service service, List<ServiceStack> stacks, Surroundings around) {
    public Desired {
        stacks = stacks.size() < 2
                ? List.copyOf(stacks)
                : stacks.stream()
                        .sorted(Comparator.comparing(ServiceStack::joined)
                                .reversed()
                                .thenComparing(ServiceStack::ordinal))
                        .toList();
    }

    public Desired(
            ObjectKey key,
            @Nullable Service service,
            List<ServiceStack> stacks,
            List<ServiceStack> otherStacks,
            List<Endpoint> endpoints,
            List<Host> hosts) {
        this(key, service, stacks, new Surroundings(otherStacks, endpoints, hosts));
    }

    /** Of the stacks that have joined, or else of all, the one with the lowest index. */
    public Optional<ServiceStack> lead() {
        return stacks.isEmpty() ? Optional.empty() : Optional.of(stacks.get(0));
    }

    /** Whether a list of a stack that stays has the container. */
    public boolean lists(Owner owner) {
        return stacks.stream()
                .filter(stack -> stack.owner(owner.n()).equals(owner) && !stack.deleting())
                .flatMap(stack -> stack.listed().stream())
                .anyMatch(entry -> entry.n() == owner.n());
    }

    /** The stacks of all other services. */
    public List<ServiceStack> otherStacks() {
        return others(around.stacks());
    }

    /** All stacks on a host, this service's first. */
    public Stream<ServiceStack> stacksOn(String host) {
        return Stream.concat(
                stacks.stream().filter(stack -> stack.hostName().equals(host)), others(around.stacksOn(host)).stream());
    }

    /** What the surroundings tell of the service's own stacks may be older than {@link #stacks}. */
    private List<ServiceStack> others(List<ServiceStack> all) {
        return all.stream().filter(stack -> !stack.service().equals(key)).toList();
    }

    /** The endpoints that are bound to this service and not being deleted. */
    public List<Endpoint> endpointsOfService() {
        List<Endpoint> bound = around.endpointsOf(key);
        return bound.isEmpty()
                ? bound
                : bound.stream().filter(e -> !e.deleting()).toList();
    }

    /** All hosts. */
    public List<Host> hosts() {
        return around.hosts();
    }

    /** The host of that name. */
    public Optional<Host> host(String name) {
        for (Host host : hosts()) {
            if (host.name().equals(name)) {
                return Optional.of(host);
            }
        }
        return Optional.empty();
    }

    /** The same with other stacks of the service. */
    public Desired with(List<ServiceStack> stacks) {
        return new Desired(key, service, stacks, around);
    }
}
