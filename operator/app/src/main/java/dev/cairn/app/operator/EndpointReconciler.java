package dev.cairn.app.operator;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.InvalidResource;
import dev.cairn.api.Mapping;
import dev.cairn.api.ServiceResource;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Proxy;
import dev.cairn.core.port.Records;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Tells of endpoints that no service's passes tell of: those whose service does not exist. */
@ControllerConfiguration(name = "endpoint")
final class EndpointReconciler implements Reconciler<EndpointResource> {
    private static final Duration CACHE_LAG = Duration.ofMillis(200);

    private final Records records;
    private final Proxy proxy;
    private final Publisher publisher;
    private final Views views;
    private final Clock clock;

    EndpointReconciler(Records records, Proxy proxy, Publisher publisher, Views views, Clock clock) {
        this.records = records;
        this.proxy = proxy;
        this.publisher = publisher;
        this.views = views;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, EndpointResource>> prepareEventSources(EventSourceContext<EndpointResource> context) {
        var services = InformerEventSourceConfiguration.from(ServiceResource.class, EndpointResource.class)
                .withName("endpoint-services")
                .withOnUpdateFilter((now, before) -> false)
                .withSecondaryToPrimaryMapper(service -> context.getPrimaryCache()
                        .list(e -> e.getMetadata()
                                        .getNamespace()
                                        .equals(service.getMetadata().getNamespace())
                                && service.getMetadata()
                                        .getName()
                                        .equals(e.getSpec().serviceName()))
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
                .build();
        return List.of(new InformerEventSource<>(services, context));
    }

    @Override
    public UpdateControl<EndpointResource> reconcile(EndpointResource resource, Context<EndpointResource> context)
            throws PortException, InvalidResource {
        Endpoint endpoint = Mapping.toModel(resource);
        Desired desired = records.read(endpoint.service());
        if (desired.service() == null) {
            if (!endpoint.deleting()
                    && desired.endpointsOfService().stream()
                            .noneMatch(e -> e.key().equals(endpoint.key()))) {
                // The cache from which the record comes does not know it yet: nothing would be found wrong with it.
                return UpdateControl.<EndpointResource>noUpdate().rescheduleAfter(CACHE_LAG);
            }
            ProxyView seen = proxy.look();
            publisher.publish(
                    resource,
                    new EndpointResource(),
                    before -> views.endpoint(resource, before, endpoint, desired, seen, clock.instant()));
        }
        return UpdateControl.noUpdate();
    }
}
