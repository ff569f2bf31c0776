package dev.cairn.core.plan;

import dev.cairn.core.constraint.EndpointService;
import dev.cairn.core.constraint.UniqueRoute;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which routes a service has, and where in its stacks they point. */
final class Pointers {
    private final Desired desired;
    private final Observed observed;
    private final Fleet fleet;

    Pointers(Desired desired, Observed observed, Fleet fleet) {
        this.desired = desired;
        this.observed = observed;
        this.fleet = fleet;
    }

    /** A route that an endpoint of the service has, and the place in the stacks that it points at. */
    record Pointer(RouteKey key, Endpoint endpoint, int position) {}

    /** All of them. */
    List<Pointer> all() {
        Service service = desired.service();
        List<Pointer> pointers = new ArrayList<>();
        if (service == null || service.deleting()) {
            return pointers;
        }
        for (Endpoint endpoint : desired.endpointsOfService()) {
            EndpointService.position(endpoint, service)
                    .ifPresent(position ->
                            held(endpoint).forEach(key -> pointers.add(new Pointer(key, endpoint, position))));
        }
        return pointers;
    }

    /** The routes that an endpoint has, as far as the proxy listens for them. */
    private List<RouteKey> held(Endpoint endpoint) {
        if (observed.proxy().listeners().get(endpoint.port()) != endpoint.protocol()) {
            return List.of();
        }
        List<Endpoint> neighbours = desired.around().endpointsOn(endpoint.port());
        return endpoint.routes().stream()
                .filter(key -> UniqueRoute.holder(
                                key, neighbours, observed.proxy().live())
                        .filter(endpoint::equals)
                        .isPresent())
                .toList();
    }

    /** What a list has at the place that is pointed at, as a back end of the row. */
    Optional<Backend> backend(ServiceStack stack, List<Entry> list, Pointer pointer) {
        if (pointer.position >= list.size()) {
            return Optional.empty();
        }
        Entry entry = list.get(pointer.position);
        return entry.template()
                .port(pointer.endpoint.targetPort())
                .map(Template.Port::containerPort)
                .map(port -> fleet.backend(stack, entry, port));
    }
}
