package dev.cairn.app.operator;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceStackResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import java.util.List;

/** All stacks, endpoints and hosts of the installation, as the API has them or had them a moment ago. */
interface Inventory {
    List<ServiceStackResource> stacks();

    List<EndpointResource> endpoints();

    List<HostResource> hosts();

    /** Asks the API each time. */
    static Inventory live(KubernetesClient client) {
        return new Inventory() {
            @Override
            public List<ServiceStackResource> stacks() {
                return list(ServiceStackResource.class);
            }

            @Override
            public List<EndpointResource> endpoints() {
                return list(EndpointResource.class);
            }

            @Override
            public List<HostResource> hosts() {
                return list(HostResource.class);
            }

            private <R extends HasMetadata> List<R> list(Class<R> kind) {
                return client.resources(kind).inAnyNamespace().list().getItems();
            }
        };
    }

    /** What informers have seen, once they are filled. */
    static Inventory of(
            Cache<ServiceStackResource> stacks, Cache<EndpointResource> endpoints, Cache<HostResource> hosts) {
        return new Inventory() {
            @Override
            public List<ServiceStackResource> stacks() {
                return stacks.list().toList();
            }

            @Override
            public List<EndpointResource> endpoints() {
                return endpoints.list().toList();
            }

            @Override
            public List<HostResource> hosts() {
                return hosts.list().toList();
            }
        };
    }
}
