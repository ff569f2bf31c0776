package dev.cairn.app.operator;

import dev.cairn.adapters.docker.DockerConfig;
import dev.cairn.adapters.docker.DockerEngine;
import dev.cairn.adapters.docker.DockerListener;
import dev.cairn.adapters.haproxy.Haproxy;
import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.InvalidResource;
import dev.cairn.api.Mapping;
import dev.cairn.api.ServiceResource;
import dev.cairn.app.Planning;
import dev.cairn.core.engine.Engine;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Surroundings;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Foresight;
import dev.cairn.core.port.PortException;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/** Plans from another process than the operator's: it looks at the same API, engines and proxy, and changes nothing. */
public final class Plans implements Planning {
    private static final DockerListener NOBODY = new DockerListener() {
        @Override
        public void onService(ObjectKey service) {}

        @Override
        public void onHost(String host) {}
    };

    private final KubernetesClient client;
    private final Path proxyState;
    private final String installation;

    public Plans(KubernetesClient client, Path proxyState, String installation) {
        this.client = client;
        this.proxyState = proxyState;
        this.installation = installation;
    }

    @Override
    public List<ServicePlan> plan(Set<ObjectKey> services, Edits edits) throws IOException {
        try (DockerEngine docker =
                new DockerEngine(installation, DockerConfig.defaults(), NOBODY, new KubernetesSecrets(client))) {
            Edited edited = Edited.of(edits);
            Engine engine = new Engine(
                    docker,
                    Haproxy.watching(proxyState),
                    new KubernetesRecords(client, () -> Inventory.live(client)),
                    new OneByOne());
            List<ServicePlan> plans = new ArrayList<>();
            List<ObjectKey> all = List.copyOf(concerned(services, edited));
            engine.foresee(all, edited::in, Clock.systemUTC().instant())
                    .forEach((service, course) -> plans.add(plan(service, course)));
            return plans;
        } catch (PortException | InvalidResource e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static ServicePlan plan(ObjectKey service, Foresight.Course course) {
        List<Action> told = course.actions().stream().filter(Action::told).toList();
        return new ServicePlan(
                service, told, course.last().violations(), course.last().waits());
    }

    private static final class OneByOne implements Engine.SideBySide {
        @Override
        public <T> List<T> all(List<Supplier<T>> calls) {
            return calls.stream().map(Supplier::get).toList();
        }
    }

    /** A host concerns all services; an endpoint the one that it led to and the one that it leads to then. */
    private Set<ObjectKey> concerned(Set<ObjectKey> asked, Edited edited) {
        Set<ObjectKey> all = new TreeSet<>(asked);
        all.addAll(edited.services.keySet());
        edited.endpoints.values().forEach(endpoint -> all.add(endpoint.service()));
        if (!edited.endpoints.isEmpty()) {
            for (EndpointResource stored : client.resources(EndpointResource.class)
                    .inAnyNamespace()
                    .list()
                    .getItems()) {
                boolean moves = edited.endpoints.containsKey(ServiceReconciler.key(stored));
                if (moves && stored.getSpec() != null && stored.getSpec().serviceName() != null) {
                    all.add(new ObjectKey(
                            stored.getMetadata().getNamespace(),
                            stored.getSpec().serviceName()));
                }
            }
        }
        if (!edited.hosts.isEmpty()) {
            client.resources(ServiceResource.class).inAnyNamespace().list().getItems().stream()
                    .map(ServiceReconciler::key)
                    .forEach(all::add);
        }
        return all;
    }

    /** The objects that an edit leaves, by their names. */
    private record Edited(
            Map<ObjectKey, Service> services, Map<ObjectKey, Endpoint> endpoints, Map<String, Host> hosts) {
        static Edited of(Edits edits) throws InvalidResource {
            Map<ObjectKey, Service> services = new HashMap<>();
            for (ServiceResource resource : edits.services()) {
                services.put(ServiceReconciler.key(resource), Mapping.toModel(resource));
            }
            Map<ObjectKey, Endpoint> endpoints = new HashMap<>();
            for (EndpointResource resource : edits.endpoints()) {
                endpoints.put(ServiceReconciler.key(resource), Mapping.toModel(resource));
            }
            Map<String, Host> hosts = new HashMap<>();
            for (HostResource resource : edits.hosts()) {
                hosts.put(resource.getMetadata().getName(), Mapping.toModel(resource));
            }
            return new Edited(services, endpoints, hosts);
        }

        Desired in(Desired stored) {
            Surroundings around = stored.around();
            Service service = services.getOrDefault(stored.key(), stored.service());
            return new Desired(
                    stored.key(),
                    service,
                    stored.stacks(),
                    new Surroundings(
                            around.stacks(),
                            with(around.endpoints(), endpoints, Endpoint::key),
                            with(around.hosts(), hosts, Host::name)));
        }

        private static <K, V> List<V> with(List<V> stored, Map<K, V> edited, Function<V, K> key) {
            Map<K, V> all = new LinkedHashMap<>();
            stored.forEach(one -> all.put(key.apply(one), one));
            all.putAll(edited);
            return List.copyOf(all.values());
        }
    }
}
