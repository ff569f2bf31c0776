package dev.cairn.app.cli;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.InvalidResource;
import dev.cairn.api.Mapping;
import dev.cairn.api.ServiceResource;
import dev.cairn.app.Planning;
import dev.cairn.core.engine.Engine;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.plan.Action;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Plans for what a file declares, on two empty hosts and those that the file brings. */
final class Planned {
    private static final Map<Path, KubernetesClient> CLIENTS = new ConcurrentHashMap<>();

    private Planned() {}

    static List<Planning.ServicePlan> on(Set<ObjectKey> asked, Planning.Edits edits) throws IOException {
        try {
            List<Service> services = new ArrayList<>();
            for (ServiceResource resource : edits.services()) {
                services.add(Mapping.toModel(resource));
            }
            List<Endpoint> endpoints = new ArrayList<>();
            for (EndpointResource resource : edits.endpoints()) {
                endpoints.add(Mapping.toModel(resource));
            }
            Map<String, Host> hosts = new TreeMap<>();
            Samples.hosts(2).forEach(host -> hosts.put(host.name(), host));
            for (HostResource resource : edits.hosts()) {
                Host host = Mapping.toModel(resource);
                hosts.put(host.name(), host);
            }
            Set<ObjectKey> concerned = new TreeSet<>();
            services.forEach(service -> concerned.add(service.key()));
            endpoints.forEach(endpoint -> concerned.add(endpoint.service()));
            return plans(World.of(services, endpoints, List.copyOf(hosts.values())), List.copyOf(concerned));
        } catch (InvalidResource | PortException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static List<Planning.ServicePlan> plans(World world, List<ObjectKey> services) throws PortException {
        FakePorts ports = new FakePorts(world);
        Engine engine = new Engine(ports, ports, ports, new InTurn());
        List<Planning.ServicePlan> plans = new ArrayList<>();
        engine.foresee(services, desired -> desired, Instant.parse("2026-06-01T12:00:00Z"))
                .forEach((service, course) -> plans.add(new Planning.ServicePlan(
                        service,
                        course.actions().stream().filter(Action::told).toList(),
                        course.last().violations(),
                        course.last().waits())));
        return plans;
    }

    private static final class InTurn implements Engine.SideBySide {
        @Override
        public <T> List<T> all(List<Supplier<T>> calls) {
            return calls.stream().map(Supplier::get).toList();
        }
    }

    /** How often something was stored. */
    static String revision(Path kubeconfig) {
        return CLIENTS.computeIfAbsent(kubeconfig, Planned::client)
                .namespaces()
                .list()
                .getMetadata()
                .getResourceVersion();
    }

    private static KubernetesClient client(Path kubeconfig) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
    }
}
