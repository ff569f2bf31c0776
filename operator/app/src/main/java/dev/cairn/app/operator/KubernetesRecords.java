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
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Records;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The record in a Kubernetes API: every read is a live one, every write carries the resourceVersion that was read. */
public final class KubernetesRecords implements Records {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesRecords.class);
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final KubernetesClient client;

    /** metadata.uid of the services as last read: the owner of their stacks' records. */
    private final Map<ObjectKey, String> uids = new ConcurrentHashMap<>();

    public KubernetesRecords(KubernetesClient client) {
        this.client = client;
    }

    /** A call to the API that may be refused. */
    private interface Call<T> {
        T run() throws InvalidResource;
    }

    @Override
    public Desired read(ObjectKey key) throws PortException {
        return call(() -> {
            List<ServiceStackResource> stacks = client.resources(ServiceStackResource.class)
                    .inAnyNamespace()
                    .list()
                    .getItems();
            ServiceResource service = client.resources(ServiceResource.class)
                    .inNamespace(key.namespace())
                    .withName(key.name())
                    .get();
            if (service == null) {
                uids.remove(key);
            } else {
                uids.put(key, service.getMetadata().getUid());
            }
            return desired(key, stacks, service);
        });
    }

    /** Everything that is not a service's own: all stacks, endpoints and hosts. */
    Desired readAll() throws PortException {
        ObjectKey nobody = new ObjectKey("", "");
        return call(() -> desired(
                nobody,
                client.resources(ServiceStackResource.class)
                        .inAnyNamespace()
                        .list()
                        .getItems(),
                null));
    }

    private Desired desired(ObjectKey key, List<ServiceStackResource> stacks, @Nullable ServiceResource service)
            throws InvalidResource {
        List<ServiceStack> own = new ArrayList<>();
        List<ServiceStack> others = new ArrayList<>();
        for (ServiceStackResource resource : stacks) {
            boolean mine = belongsTo(resource, key);
            ServiceStack stack = mine ? Mapping.toModel(resource) : orNull(resource, Mapping::toModel);
            if (stack != null) {
                (mine ? own : others).add(stack);
            }
        }
        Service declared = service == null ? null : Mapping.toModel(service);
        return new Desired(key, declared, own, others, endpoints(key), hosts());
    }

    /** A record that cannot be read must stop its own service, or its containers would pass for strays. */
    private static boolean belongsTo(ServiceStackResource resource, ObjectKey service) {
        String prefix = service.name() + "-stack";
        String name = resource.getMetadata().getName();
        return resource.getMetadata().getNamespace().equals(service.namespace())
                && name.startsWith(prefix)
                && name.substring(prefix.length()).chars().allMatch(Character::isDigit);
    }

    private List<Endpoint> endpoints(ObjectKey service) throws InvalidResource {
        List<Endpoint> endpoints = new ArrayList<>();
        for (EndpointResource resource :
                client.resources(EndpointResource.class).inAnyNamespace().list().getItems()) {
            boolean mine = resource.getMetadata().getNamespace().equals(service.namespace())
                    && resource.getSpec() != null
                    && service.name().equals(resource.getSpec().serviceName());
            Endpoint endpoint = mine ? Mapping.toModel(resource) : orNull(resource, Mapping::toModel);
            if (endpoint != null) {
                endpoints.add(endpoint);
            }
        }
        return endpoints;
    }

    /** All hosts that make sense. */
    private List<Host> hosts() {
        List<Host> hosts = new ArrayList<>();
        for (HostResource resource : client.resources(HostResource.class).list().getItems()) {
            Host host = orNull(resource, Mapping::toModel);
            if (host != null) {
                hosts.add(host);
            }
        }
        return hosts;
    }

    /** Writes down by which id a host's engine is known from now on. */
    void rememberEngine(String host, String id) throws PortException {
        String patch = client.getKubernetesSerialization()
                .asJson(Map.of("metadata", Map.of("annotations", Map.of(CairnNames.ENGINE_ANNOTATION, id))));
        unlessConflict(() ->
                client.resources(HostResource.class).withName(host).patch(PatchContext.of(PatchType.JSON_MERGE), patch)
                        != null);
    }

    private interface ToModel<R, M> {
        M map(R resource) throws InvalidResource;
    }

    /** What belongs to somebody else must not stop this service: it is left out. */
    private static <R extends HasMetadata, M> @Nullable M orNull(R resource, ToModel<R, M> mapping) {
        try {
            return mapping.map(resource);
        } catch (InvalidResource e) {
            LOG.debug("left out: {}", e.getMessage());
            return null;
        }
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
