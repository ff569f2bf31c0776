package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Surroundings;
import java.util.List;
import java.util.Optional;

/** Everything that is stored when a write is judged, over all namespaces. The object written may be among it or not. */
public record Stored(List<Service> services, List<Endpoint> endpoints, List<Host> hosts, List<ServiceStack> stacks) {
    public Stored {
        services = List.copyOf(services);
        endpoints = List.copyOf(endpoints);
        hosts = List.copyOf(hosts);
        stacks = List.copyOf(stacks);
    }

    Optional<Service> service(ObjectKey key) {
        return services.stream().filter(s -> s.key().equals(key)).findFirst();
    }

    /** What would be declared if the service were stored like this. */
    Desired with(Service service) {
        List<ServiceStack> mine =
                stacks.stream().filter(s -> s.service().equals(service.key())).toList();
        return new Desired(service.key(), service, mine, new Surroundings(stacks, endpoints, hosts));
    }
}
