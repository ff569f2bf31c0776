package dev.cairn.app.operator;

import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.api.ServiceStackStatus;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One watch for all that ask for stacks: one that comes, goes or has other containers changes what its host reports. */
final class StackSource extends InformerEventSource<ServiceStackResource, ServiceResource> {
    private final Consumer<String> hosts;

    /** @param hosts told of the host whose stack it is */
    StackSource(
            InformerEventSourceConfiguration<ServiceStackResource> configuration,
            EventSourceContext<ServiceResource> context,
            Consumer<String> hosts) {
        super(configuration, context);
        this.hosts = hosts;
    }

    @Override
    public void onAdd(ServiceStackResource stack) {
        super.onAdd(stack);
        hosts.accept(stack.getSpec().hostName());
    }

    @Override
    public void onUpdate(ServiceStackResource before, ServiceStackResource now) {
        super.onUpdate(before, now);
        if (containersChanged(now, before)) {
            hosts.accept(now.getSpec().hostName());
        }
    }

    @Override
    public void onDelete(ServiceStackResource stack, boolean unknown) {
        super.onDelete(stack, unknown);
        hosts.accept(stack.getSpec().hostName());
    }

    private static boolean containersChanged(ServiceStackResource now, ServiceStackResource before) {
        return now.isMarkedForDeletion() != before.isMarkedForDeletion()
                || !containers(now).equals(containers(before));
    }

    private static Set<String> containers(ServiceStackResource stack) {
        return stack.getStatus() == null || stack.getStatus().containers() == null
                ? Set.of()
                : stack.getStatus().containers().stream()
                        .map(ServiceStackStatus.ContainerStatus::id)
                        .flatMap(Stream::ofNullable)
                        .collect(Collectors.toSet());
    }
}
