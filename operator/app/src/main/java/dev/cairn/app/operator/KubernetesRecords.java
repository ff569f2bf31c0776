package dev.cairn.app.operator;

import dev.cairn.api.CairnNames;
import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.InvalidResource;
import dev.cairn.api.Mapping;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Surroundings;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Records;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The record in a Kubernetes API. What is a service's own is read live; what it shares with others may be a moment old,
 * for the engines and the proxy refuse what it does not yet know. Every write carries the resourceVersion that was read.
 */
final class KubernetesRecords implements Records {
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final KubernetesClient client;
    private final Inventory live;
    private final Supplier<Inventory> inventory;
    private final Mapped<ServiceStackResource, ServiceStack> stacks = new Mapped<>(Mapping::toModel);
    private final Mapped<EndpointResource, Endpoint> endpoints = new Mapped<>(Mapping::toModel);
    private final Mapped<HostResource, Host> hosts = new Mapped<>(Mapping::toModel);

    /** What was known last: as long as nothing changes all passes share it. */
    private volatile Surroundings around = new Surroundings(List.of(), List.of(), List.of());

    /** metadata.uid of the services as last read: the owner of their stacks' records. */
    private final Map<ObjectKey, String> uids = new ConcurrentHashMap<>();

    /** @param inventory where to look for what is not one service's own */
    KubernetesRecords(KubernetesClient client, Supplier<Inventory> inventory) {
        this.client = client;
        this.inventory = inventory;
        live = Inventory.live(client);
    }

    /** A call to the API that may be refused. */
    private interface Call<T> {
        T run() throws InvalidResource;
    }

    @Override
    public Desired read(ObjectKey key) throws PortException {
        return call(() -> {
            Inventory known = inventory.get();
            List<ServiceStack> own = new ArrayList<>();
            for (ServiceStackResource resource : stacks(key, known.stacks())) {
                own.add(stacks.one(resource));
            }
            ServiceResource service = client.resources(ServiceResource.class)
                    .inNamespace(key.namespace())
                    .withName(key.name())
                    .get();
            if (service == null) {
                uids.remove(key);
            } else {
                uids.put(key, service.getMetadata().getUid());
            }
            for (EndpointResource resource : known.endpoints()) {
                if (leadsTo(resource, key)) {
                    Mapping.toModel(resource); // an endpoint that makes no sense stops its service, and no other
                }
            }
            return new Desired(key, service == null ? null : Mapping.toModel(service), own, around(known));
        });
    }

    /** All hosts, live, and what is known of the rest. */
    Desired readHosts() throws PortException {
        return call(() -> {
            Inventory known = inventory.get();
            return nobodys(new Surroundings(
                    stacks.of(known.stacks()), endpoints.of(known.endpoints()), hosts.of(live.hosts())));
        });
    }

    /** Everything that is not a service's own, live. */
    Desired readAll() throws PortException {
        return call(() -> nobodys(around(live)));
    }

    private static Desired nobodys(Surroundings surroundings) {
        return new Desired(new ObjectKey("", ""), null, List.of(), surroundings);
    }

    private Surroundings around(Inventory known) {
        Surroundings now =
                new Surroundings(stacks.of(known.stacks()), endpoints.of(known.endpoints()), hosts.of(known.hosts()));
        Surroundings before = around;
        boolean same = now.stacks() == before.stacks()
                && now.endpoints() == before.endpoints()
                && now.hosts() == before.hosts();
        if (same) {
            return before;
        }
        around = now;
        return now;
    }

    /**
     * The service's own, live, in one LIST. It asks for the label that they all have; when one is known by its name and
     * not among them, somebody has taken the label away, and all are listed.
     */
    private List<ServiceStackResource> stacks(ObjectKey service, List<ServiceStackResource> known) {
        var namespace = client.resources(ServiceStackResource.class).inNamespace(service.namespace());
        List<ServiceStackResource> labelled = own(
                service,
                namespace
                        .withLabel(CairnNames.SERVICE_LABEL, service.name())
                        .list()
                        .getItems());
        Set<String> names = names(labelled);
        return names.containsAll(names(own(service, known)))
                ? labelled
                : own(service, namespace.list().getItems());
    }

    private static List<ServiceStackResource> own(ObjectKey service, List<ServiceStackResource> stacks) {
        return stacks.stream().filter(stack -> belongsTo(stack, service)).toList();
    }

    private static Set<String> names(List<ServiceStackResource> stacks) {
        return stacks.stream().map(stack -> stack.getMetadata().getName()).collect(Collectors.toSet());
    }

    /** A record that cannot be read must stop its own service, or its containers would pass for strays. */
    private static boolean belongsTo(ServiceStackResource resource, ObjectKey service) {
        String prefix = service.name() + "-stack";
        String name = resource.getMetadata().getName();
        return resource.getMetadata().getNamespace().equals(service.namespace())
                && name.startsWith(prefix)
                && name.substring(prefix.length()).chars().allMatch(Character::isDigit);
    }

    private static boolean leadsTo(EndpointResource resource, ObjectKey service) {
        return resource.getMetadata().getNamespace().equals(service.namespace())
                && resource.getSpec() != null
                && service.name().equals(resource.getSpec().serviceName());
    }

    /** Writes down by which id a host's engine is known from now on. */
    void rememberEngine(String host, String id) throws PortException {
        String patch = client.getKubernetesSerialization()
                .asJson(Map.of("metadata", Map.of("annotations", Map.of(CairnNames.ENGINE_ANNOTATION, id))));
        unlessConflict(() ->
                client.resources(HostResource.class).withName(host).patch(PatchContext.of(PatchType.JSON_MERGE), patch)
                        != null);
    }

    @Override
    public boolean create(ServiceStack stack) throws PortException {
        return unlessConflict(() -> {
            String uid = uids.get(stack.service());
            return uid != null
                    && client.resource(Mapping.toResource(stack, uid)).create() != null;
        });
    }

    @Override
    public boolean write(ServiceStack stack) throws PortException {
        return unlessConflict(() -> {
            String uid = uids.get(stack.service());
            return uid != null
                    && client.resource(Mapping.toResource(stack, uid)).update() != null;
        });
    }

    @Override
    public boolean delete(ServiceStack stack) throws PortException {
        return unlessConflict(() -> {
            client.resources(ServiceStackResource.class)
                    .inNamespace(stack.key().namespace())
                    .withName(stack.key().name())
                    .lockResourceVersion(stack.resourceVersion())
                    .delete();
            return true;
        });
    }

    @Override
    public boolean release(ServiceStack stack) throws PortException {
        return unlessConflict(() -> {
            Map<String, Object> metadata = new HashMap<>();
            metadata.put("finalizers", null);
            metadata.put("resourceVersion", stack.resourceVersion());
            String patch = client.getKubernetesSerialization().asJson(Map.of("metadata", metadata));
            client.resources(ServiceStackResource.class)
                    .inNamespace(stack.key().namespace())
                    .withName(stack.key().name())
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
            return true;
        });
    }

    @Override
    public void releaseService(ObjectKey service) throws PortException {
        call(() -> {
            ServiceResource resource = client.resources(ServiceResource.class)
                    .inNamespace(service.namespace())
                    .withName(service.name())
                    .get();
            if (resource != null && resource.isMarkedForDeletion()) {
                resource.removeFinalizer(CairnOperator.SERVICE_FINALIZER);
                resource.getMetadata().setManagedFields(List.of()); // they are not whole: see LeanResources
                client.resource(resource).update();
            }
            return true;
        });
    }

    private boolean unlessConflict(Call<Boolean> call) throws PortException {
        try {
            return call.run();
        } catch (KubernetesClientException e) {
            if (e.getCode() == CONFLICT || e.getCode() == NOT_FOUND) {
                return false;
            }
            throw unavailable(e);
        } catch (InvalidResource e) {
            throw invalid(e);
        }
    }

    private <T> T call(Call<T> call) throws PortException {
        try {
            return call.run();
        } catch (KubernetesClientException e) {
            throw unavailable(e);
        } catch (InvalidResource e) {
            throw invalid(e);
        }
    }

    private static PortException invalid(InvalidResource e) {
        return new PortException.Invalid("InvalidResource", String.valueOf(e.getMessage()));
    }

    private PortException unavailable(KubernetesClientException e) {
        return new PortException.Transient(
                "ApiUnavailable",
                "the API at " + client.getMasterUrl() + " refuses or does not answer: " + e.getMessage());
    }
}
