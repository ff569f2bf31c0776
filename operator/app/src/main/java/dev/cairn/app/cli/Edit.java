package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Changes what is declared: the versions of a service, or single fields. */
final class Edit {
    private static final int CONFLICT = 409;

    private static final int NOT_FOUND = 404;

    /** Only writes of the status come in between, and not many at once. */
    private static final int MAX_TRIES = 20;

    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager("cairn-cli")
            .build();

    private Edit() {}

    /**
     * @param before as it was read
     * @param versions as they are declared now
     * @param after as the API has stored it
     */
    record Done(ServiceResource before, List<String> versions, ServiceResource after) {}

    /**
     * @throws UserError when there is no such service, or the API does not answer
     */
    static ServiceResource read(Api api, String name) {
        try {
            return get(api, name);
        } catch (KubernetesClientException e) {
            throw api.explain(e);
        }
    }

    /**
     * @throws UserError when there is no such service
     * @throws KubernetesClientException when the API refuses or does not answer
     */
    static ServiceResource get(Api api, String name) {
        ServiceResource service;
        try {
            service = api.client()
                    .resources(ServiceResource.class)
                    .inNamespace(api.namespace())
                    .withName(name)
                    .get();
        } catch (IllegalArgumentException e) {
            throw new UserError("\"" + Texts.line(name) + "\" cannot be the name of a service");
        }
        if (service == null) {
            throw new UserError("there is no Service " + Texts.line(name) + " in namespace " + api.namespace()
                    + "; see cairn show, or name its namespace with -n");
        }
        return service;
    }

    /**
     * Declares other versions, unless somebody else declares others at the same time.
     *
     * @param change from the service and the versions it declares to those to declare
     * @throws UserError with the API's words when it refuses
     */
    static Done versions(Api api, String name, BiFunction<ServiceResource, List<String>, List<String>> change) {
        ServiceResource first = read(api, name);
        ServiceResource current = first;
        for (int tries = 1; ; tries++) {
            List<String> wanted = change.apply(current, Positions.of(current).declared(current));
            try {
                return new Done(first, wanted, patch(api, current, wanted));
            } catch (KubernetesClientException e) {
                if (e.getCode() != CONFLICT || tries == MAX_TRIES) {
                    throw api.explain(e);
                }
            }
            current = read(api, name);
            if (!Objects.equals(current.getSpec().versions(), first.getSpec().versions())) {
                throw new UserError("Service " + Snapshot.name(first)
                        + " has got other versions meanwhile; look at them with cairn show, then try again");
            }
        }
    }

    private static ServiceResource patch(Api api, ServiceResource service, List<String> versions) {
        Map<String, Object> patch = new LinkedHashMap<>();
        patch.put("metadata", Map.of("resourceVersion", service.getMetadata().getResourceVersion()));
        patch.put("spec", Map.of("versions", versions));
        return api.client()
                .resources(ServiceResource.class)
                .inNamespace(api.namespace())
                .withName(service.getMetadata().getName())
                .patch(MERGE, api.client().getKubernetesSerialization().asJson(patch));
    }

    /**
     * Sets fields of the spec of something else than the versions of a service.
     *
     * @param kind as the user calls it
     * @param namespace null for what belongs to none
     * @param spec the fields; a null takes one away
     * @throws UserError when there is no such object, or with the API's words when it refuses
     */
    static <T extends HasMetadata> T spec(
            Api api, Class<T> type, String kind, @Nullable String namespace, String name, Map<String, ?> spec) {
        try {
            var all = api.client().resources(type);
            var object = namespace == null
                    ? all.withName(name)
                    : all.inNamespace(namespace).withName(name);
            return object.patch(MERGE, api.client().getKubernetesSerialization().asJson(Map.of("spec", spec)));
        } catch (KubernetesClientException e) {
            if (e.getCode() == NOT_FOUND) {
                throw new UserError("there is no " + kind + " " + Texts.line(name)
                        + (namespace == null ? "" : " in namespace " + namespace) + "; see cairn show");
            }
            throw api.explain(e);
        } catch (IllegalArgumentException e) {
            throw new UserError("\"" + Texts.line(name) + "\" cannot be the name of a " + kind);
        }
    }
}
