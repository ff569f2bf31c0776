package dev.cairn.app.cli;

import dev.cairn.api.Condition;
import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All resources as they were at one moment, each kind by namespace and name. */
record Snapshot(
        List<ServiceResource> services,
        List<EndpointResource> endpoints,
        List<HostResource> hosts,
        List<ServiceStackResource> stacks) {
    private static final Comparator<HasMetadata> ORDER = Comparator.<HasMetadata, String>comparing(Snapshot::namespace)
            .thenComparing(resource -> resource.getMetadata().getName());

    Snapshot {
        services = services.stream().sorted(ORDER).toList();
        endpoints = endpoints.stream().sorted(ORDER).toList();
        hosts = hosts.stream().sorted(ORDER).toList();
        stacks = stacks.stream()
                .sorted(Comparator.<ServiceStackResource, String>comparing(Snapshot::namespace)
                        .thenComparing(Snapshot::ordinal))
                .toList();
    }

    /**
     * @param namespace null for all
     * @throws KubernetesClientException when the API refuses or does not answer
     */
    static Snapshot read(KubernetesClient client, @Nullable String namespace) {
        return new Snapshot(
                list(client, ServiceResource.class, namespace),
                list(client, EndpointResource.class, namespace),
                client.resources(HostResource.class).list().getItems(),
                list(client, ServiceStackResource.class, namespace));
    }

    private static <T extends HasMetadata> List<T> list(
            KubernetesClient client, Class<T> type, @Nullable String namespace) {
        var all = client.resources(type);
        return (namespace == null ? all.inAnyNamespace() : all.inNamespace(namespace))
                .list()
                .getItems();
    }

    /** The stacks of a service, lowest ordinal first. */
    List<ServiceStackResource> stacksOf(ServiceResource service) {
        return stacks.stream()
                .filter(stack -> namespace(stack).equals(namespace(service)))
                .filter(stack -> stack.getSpec() != null
                        && service.getMetadata()
                                .getName()
                                .equals(stack.getSpec().serviceName()))
                .toList();
    }

    /** The endpoints that lead to a service. */
    List<EndpointResource> endpointsOf(ServiceResource service) {
        return endpoints.stream()
                .filter(endpoint -> namespace(endpoint).equals(namespace(service)))
                .filter(endpoint -> endpoint.getSpec() != null
                        && service.getMetadata()
                                .getName()
                                .equals(endpoint.getSpec().serviceName()))
                .toList();
    }

    /** Empty for a resource that belongs to no namespace. */
    static String namespace(HasMetadata resource) {
        String namespace = resource.getMetadata().getNamespace();
        return namespace == null ? "" : namespace;
    }

    /** The name, with the namespace before it unless that is default. */
    static String name(HasMetadata resource) {
        String namespace = namespace(resource);
        String name = Texts.line(resource.getMetadata().getName());
        return namespace.isEmpty() || namespace.equals("default") ? name : namespace + "/" + name;
    }

    /** The condition of a type, if it was ever reported. */
    static Optional<Condition> condition(@Nullable List<Condition> conditions, String type) {
        return conditions == null
                ? Optional.empty()
                : conditions.stream().filter(c -> type.equals(c.type())).findFirst();
    }

    private static int ordinal(ServiceStackResource stack) {
        Integer ordinal = stack.getSpec() == null ? null : stack.getSpec().ordinal();
        return ordinal == null ? -1 : ordinal;
    }
}
