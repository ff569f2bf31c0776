package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Stage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An endpoint leads to an existing service, at a stage that the service has. */
public final class EndpointService implements Constraint {
    private static final String ID = "EndpointService";

    EndpointService() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public List<Violation> check(Desired desired) {
        return desired.endpointsOfService().stream()
                .flatMap(e -> of(e, Optional.ofNullable(desired.service())).stream())
                .toList();
    }

    /**
     * The check for one endpoint.
     *
     * @param service the service that it names; empty when there is none
     */
    public static Optional<Violation> of(Endpoint endpoint, Optional<Service> service) {
        if (service.isEmpty()) {
            return Optional.of(violation(
                    endpoint,
                    "leads to " + Named.service(endpoint.service()) + ", which does not exist",
                    "create that Service, or name another one"));
        }
        if (position(endpoint, service.get()).isPresent()) {
            return Optional.empty();
        }
        String stage = endpoint.stage() == null ? "" : endpoint.stage();
        String stages = service.get().stages().stream()
                .map(Stage::name)
                .map(Named::plain)
                .collect(Collectors.joining(", "));
        return Optional.of(violation(
                endpoint,
                "leads to stage " + Named.quoted(stage) + ", which " + Named.service(endpoint.service())
                        + " does not have",
                stages.isEmpty() ? "give a position instead" : "choose one of " + stages));
    }

    /** The position that an endpoint points at; empty when its service lacks the stage that it names. */
    public static Optional<Integer> position(Endpoint endpoint, Service service) {
        String stage = endpoint.stage();
        return stage == null ? Optional.ofNullable(endpoint.position()) : service.position(stage);
    }

    private static Violation violation(Endpoint endpoint, String found, String wanted) {
        return new Violation(ID, Named.endpoint(endpoint.key()), found, wanted, Blocks.ROUTE);
    }
}
