package dev.cairn.app.operator;

import dev.cairn.adapters.docker.DockerEngine;
import dev.cairn.api.CairnNames;
import dev.cairn.api.HostResource;
import dev.cairn.api.HostStatus;
import dev.cairn.api.InvalidResource;
import dev.cairn.api.Mapping;
import dev.cairn.core.constraint.Admission;
import dev.cairn.core.engine.Engine;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.HostView;
import dev.cairn.core.port.PortException;
import dev.cairn.core.status.Condition;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Looks at each host now and then and tells how it is. */
@ControllerConfiguration(name = "host", finalizerName = "cairn.dev/host")
final class HostReconciler implements Reconciler<HostResource>, Cleaner<HostResource> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN_SOON = Duration.ofSeconds(2);

    private final Engine engine;
    private final KubernetesRecords records;
    private final DockerEngine docker;
    private final Publisher publisher;
    private final Clock clock;
    private final EventSource<?, HostResource> trouble;

    /** Engine ids by host, as last seen: two hosts may name one engine. */
    private final Map<String, String> engineIds = new ConcurrentHashMap<>();

    HostReconciler(
            Engine engine,
            KubernetesRecords records,
            DockerEngine docker,
            Publisher publisher,
            Clock clock,
            EventSource<?, HostResource> trouble) {
        this.engine = engine;
        this.records = records;
        this.docker = docker;
        this.publisher = publisher;
        this.clock = clock;
        this.trouble = trouble;
    }

    @Override
    public List<EventSource<?, HostResource>> prepareEventSources(EventSourceContext<HostResource> context) {
        return List.of(trouble);
    }

    @Override
    public UpdateControl<HostResource> reconcile(HostResource resource, Context<HostResource> context)
            throws PortException {
        Desired desired = records.readHosts();
        docker.hosts(desired.hosts());
        HostView view = look(resource, desired);
        remember(resource, view);
        tell(resource, view, conditions(resource.getMetadata().getName(), view), desired);
        Duration next = view.known() ? LOOK_AGAIN : LOOK_AGAIN_SOON;
        return UpdateControl.<HostResource>noUpdate().rescheduleAfter(next);
    }

    private HostView look(HostResource resource, Desired desired) {
        HostView view;
        try {
            view = engine.look(Mapping.toModel(resource), desired);
        } catch (InvalidResource e) {
            view = HostView.unknown(String.valueOf(e.getMessage()));
        }
        engineIds.put(resource.getMetadata().getName(), view.engineId());
        return view;
    }

    /** Once for each engine that the host has ever had; see docs/decisions/0007. */
    private void remember(HostResource resource, HostView view) throws PortException {
        boolean news = view.known() && !view.engineId().equals(annotation(resource, CairnNames.ENGINE_ANNOTATION));
        if (news) {
            records.rememberEngine(resource.getMetadata().getName(), view.engineId());
        }
    }

    private static String annotation(HostResource resource, String name) {
        Map<String, String> annotations = resource.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(name, "");
    }

    @Override
    public DeleteControl cleanup(HostResource resource, Context<HostResource> context) throws PortException {
        String name = resource.getMetadata().getName();
        Desired desired = records.readAll();
        Optional<String> inUse =
                annotation(resource, CairnNames.FORGET_ANNOTATION).equals("true")
                        ? Optional.empty()
                        : Admission.hostInUse(name, desired.otherStacks());
        if (inUse.isPresent()) {
            tell(
                    resource,
                    look(resource, desired),
                    List.of(
                            new Condition("Ready", false, "InUse", inUse.get()),
                            new Condition("Stalled", true, "InUse", inUse.get())),
                    desired);
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(LOOK_AGAIN_SOON);
        }
        engineIds.remove(name);
        docker.hosts(desired.hosts().stream()
                .filter(host -> !host.name().equals(name))
                .toList());
        return DeleteControl.defaultDelete();
    }

    private void tell(HostResource resource, HostView view, List<Condition> conditions, Desired desired) {
        String name = resource.getMetadata().getName();
        Long generation = resource.getMetadata().getGeneration();
        int stacks = (int) desired.otherStacks().stream()
                .filter(stack -> stack.hostName().equals(name))
                .count();
        publisher.publish(
                resource,
                new HostResource(),
                before -> new HostStatus(
                        generation,
                        Publisher.conditions(
                                conditions, before == null ? null : before.conditions(), generation, clock.instant()),
                        engine(view, before),
                        stacks,
                        containers(view, before)));
    }

    private static @Nullable Integer containers(HostView view, @Nullable HostStatus before) {
        if (view.known()) {
            return view.containers().size();
        }
        return before == null ? null : before.containers();
    }

    private static HostStatus.@Nullable EngineStatus engine(HostView view, @Nullable HostStatus before) {
        if (!view.known()) {
            return before == null ? null : before.engine();
        }
        return new HostStatus.EngineStatus(view.engineId(), null, view.engineVersion(), null);
    }

    private List<Condition> conditions(String name, HostView view) {
        List<Condition> conditions = new ArrayList<>();
        String reason = view.known() ? "EngineAnswers" : view.changed() ? "EngineChanged" : "EngineUnknown";
        String trouble = Objects.requireNonNullElse(view.trouble(), "");
        conditions.add(new Condition("Ready", view.known(), reason, trouble));
        conditions.add(new Condition("Stalled", !view.known(), reason, trouble));
        List<String> sharing = engineIds.entrySet().stream()
                .filter(e ->
                        view.known() && !e.getKey().equals(name) && e.getValue().equals(view.engineId()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!sharing.isEmpty()) {
            conditions.add(new Condition(
                    "EngineShared",
                    true,
                    "EngineShared",
                    "Host " + String.join(", ", sharing) + " names the same engine: stacks on both share its fate"));
        }
        return conditions;
    }
}
