package dev.cairn.app.operator;

import dev.cairn.api.CairnNames;
import dev.cairn.api.EndpointResource;
import dev.cairn.api.EndpointStatus.RouteStatus;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.api.ServiceStackStatus;
import dev.cairn.api.ServiceStackStatus.ContainerStatus;
import dev.cairn.api.ServiceStackStatus.PortStatus;
import dev.cairn.api.ServiceStatus;
import dev.cairn.core.engine.Report;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Fleet;
import dev.cairn.core.status.EndpointStatus;
import dev.cairn.core.status.Past;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statuses of the resources, from what core tells of a pass. */
final class Views {
    private final String proxyAddress;

    Views(String proxyAddress) {
        this.proxyAddress = proxyAddress;
    }

    ServiceStatus service(
            ServiceResource seen, @Nullable ServiceStatus before, Report report, List<Past> history, Instant now) {
        dev.cairn.core.status.ServiceStatus status = dev.cairn.core.status.ServiceStatus.of(report, now);
        Long generation = Optional.ofNullable(report.desired().service())
                .map(Service::generation)
                .orElse(seen.getMetadata().getGeneration());
        return new ServiceStatus(
                generation,
                Publisher.conditions(status.conditions(), before == null ? null : before.conditions(), generation, now),
                status.violations().stream()
                        .map(ServiceStatus.ViolationStatus::of)
                        .toList(),
                join(status.versions()),
                status.versions().size(),
                status.stacks(),
                status.readyStacks(),
                CairnNames.selector(seen.getMetadata().getName()),
                status.outdatedPositions(),
                status.usedBy().size(),
                status.usedBy(),
                status.change()
                        .map(c -> new ServiceStatus.ChangeStatus(
                                c.number(), c.phase(), "to " + join(c.versions()) + ": " + c.message()))
                        .orElse(null),
                PastChanges.written(history));
    }

    private static String join(List<Version> versions) {
        return versions.stream().map(Version::tag).collect(Collectors.joining(","));
    }

    dev.cairn.api.EndpointStatus endpoint(
            EndpointResource seen,
            dev.cairn.api.@Nullable EndpointStatus before,
            Endpoint endpoint,
            Desired desired,
            ProxyView proxy,
            Instant now) {
        EndpointStatus status = EndpointStatus.of(endpoint, desired, proxy);
        Long generation = seen.getMetadata().getGeneration();
        List<RouteStatus> routes = status.backends().isEmpty()
                ? List.of()
                : List.of(new RouteStatus(
                        endpoint.serviceName(),
                        endpoint.stage(),
                        status.position().orElse(null),
                        join(status.versions()),
                        status.backends().stream()
                                .map(b -> b.owner().containerName())
                                .toList()));
        return new dev.cairn.api.EndpointStatus(
                generation,
                Publisher.conditions(status.conditions(), before == null ? null : before.conditions(), generation, now),
                url(endpoint),
                routes);
    }

    /** By its first host name that is none for many, else by the proxy's address. */
    private String url(Endpoint endpoint) {
        if (endpoint.protocol() == Protocol.TCP) {
            return "tcp://" + proxyAddress + ":" + endpoint.port();
        }
        String host = endpoint.hostnames().stream()
                .min(Comparator.comparing(name -> name.startsWith("*")))
                .orElse(proxyAddress);
        return "http://" + host + (endpoint.port() == 80 ? "" : ":" + endpoint.port()) + endpoint.path();
    }

    ServiceStackStatus stack(
            ServiceStackResource seen,
            @Nullable ServiceStackStatus before,
            ServiceStack stack,
            Report report,
            Instant now) {
        Fleet fleet = new Fleet(report.desired(), report.observed(), now);
        List<Entry> list = fleet.effective(stack);
        List<ContainerStatus> containers = new ArrayList<>();
        for (int position = 0; position < list.size(); position++) {
            containers.add(container(fleet, stack, list.get(position), position, null));
        }
        stack.pending().orElse(List.of()).stream()
                .filter(entry -> list.stream().noneMatch(e -> e.n() == entry.n()))
                .forEach(entry -> containers.add(container(fleet, stack, entry, null, null)));
        stack.retained().stream()
                .filter(one -> containers.stream()
                        .noneMatch(c -> stack.containerName(one.entry().n()).equals(c.name())))
                .forEach(one -> containers.add(container(
                        fleet,
                        stack,
                        one.entry(),
                        null,
                        one.until().truncatedTo(ChronoUnit.SECONDS).toString())));
        long healthy = containers.stream()
                .filter(c -> c.position() != null && "healthy".equals(c.state()))
                .count();
        boolean ready = !list.isEmpty() && healthy == list.size();
        var condition = new dev.cairn.core.status.Condition(
                "Ready",
                ready,
                ready ? "AllHealthy" : "NotHealthy",
                healthy + " of " + list.size() + " containers are healthy");
        Long generation = seen.getMetadata().getGeneration();
        return new ServiceStackStatus(
                generation,
                Publisher.conditions(List.of(condition), before == null ? null : before.conditions(), generation, now),
                join(list.stream().map(Entry::version).toList()),
                containers);
    }

    private static ContainerStatus container(
            Fleet fleet, ServiceStack stack, Entry entry, @Nullable Integer position, @Nullable String retainedUntil) {
        Optional<Container> seen = fleet.container(stack, entry);
        return new ContainerStatus(
                stack.containerName(entry.n()),
                position,
                entry.version().tag(),
                seen.map(Container::id).orElse(null),
                entry.image(),
                seen.map(Container::address).orElse(null),
                seen.map(c -> c.ports().entrySet().stream()
                                .sorted(java.util.Map.Entry.comparingByKey())
                                .map(p -> new PortStatus(p.getKey(), p.getValue()))
                                .toList())
                        .orElse(List.of()),
                fleet.state(stack, entry).name().toLowerCase(Locale.ROOT),
                retainedUntil);
    }
}
