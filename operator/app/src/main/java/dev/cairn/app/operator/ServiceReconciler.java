package dev.cairn.app.operator;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.core.engine.Engine;
import dev.cairn.core.engine.Outcome;
import dev.cairn.core.engine.Report;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.plan.Action;
import dev.cairn.core.port.PortException;
import dev.cairn.core.status.Past;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives the passes over one service and tells how they went. */
@ControllerConfiguration(
        name = "service",
        finalizerName = CairnOperator.SERVICE_FINALIZER,
        generationAwareEventProcessing = false,
        informer = @Informer(onUpdateFilter = ServiceReconciler.Declared.class))
final class ServiceReconciler implements Reconciler<ServiceResource>, Cleaner<ServiceResource> {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceReconciler.class);

    /** A retry is asked for by an annotation, which leaves the generation as it is; a status is nobody's wish. */
    static final class Declared implements OnUpdateFilter<ServiceResource> {
        @Override
        public boolean accept(ServiceResource now, ServiceResource before) {
            return CairnOperator.specChanged(now, before)
                    || !now.getMetadata()
                            .getFinalizers()
                            .equals(before.getMetadata().getFinalizers());
        }
    }

    private final Passes passes;
    private final Publisher publisher;
    private final Engine.SideBySide sideBySide;
    private final EventRecorder events;
    private final Views views;
    private final Metrics metrics;
    private final RoutesLeft routes = new RoutesLeft();
    private final StacksDeleted deleted = new StacksDeleted();
    private final Function<EventSourceContext<ServiceResource>, List<EventSource<?, ServiceResource>>> sources;

    ServiceReconciler(
            Passes passes,
            Publisher publisher,
            Engine.SideBySide sideBySide,
            EventRecorder events,
            Views views,
            Metrics metrics,
            Function<EventSourceContext<ServiceResource>, List<EventSource<?, ServiceResource>>> sources) {
        this.passes = passes;
        this.publisher = publisher;
        this.sideBySide = sideBySide;
        this.events = events;
        this.views = views;
        this.metrics = metrics;
        this.sources = sources;
    }

    @Override
    public List<EventSource<?, ServiceResource>> prepareEventSources(EventSourceContext<ServiceResource> context) {
        return sources.apply(context);
    }

    @Override
    public UpdateControl<ServiceResource> reconcile(ServiceResource resource, Context<ServiceResource> context)
            throws PortException {
        Passes.Result result = run(resource, context);
        return UpdateControl.<ServiceResource>noUpdate().rescheduleAfter(result.comeBack());
    }

    @Override
    public DeleteControl cleanup(ServiceResource resource, Context<ServiceResource> context) throws PortException {
        Passes.Result result = run(resource, context);
        if (result.released()) {
            passes.forget(key(resource));
            routes.forget(key(resource));
        }
        return DeleteControl.noFinalizerRemoval()
                .rescheduleAfter(result.comeBack().toMillis());
    }

    private Passes.Result run(ServiceResource resource, Context<ServiceResource> context) throws PortException {
        return passes.run(key(resource), resource.getMetadata().getGeneration(), new Passes.Audience() {
            @Override
            public void done(Report report) {
                metrics.count(report);
                report.outcomes().forEach(outcome -> log(report, outcome));
                routes.changed(report).ifPresent(what -> {
                    metrics.count(Metrics.Drift.ROUTES);
                    events.warning(resource, "RoutesRepaired", what, passes.now());
                });
                deleted.byOthers(report).forEach(stack -> {
                    metrics.count(Metrics.Drift.RECORD);
                    String what = "somebody else deleted the record of " + stack + "; another stack takes its place";
                    events.warning(resource, "RecordRepaired", what, passes.now());
                });
                report.outcomes().forEach(outcome -> tell(resource, report, outcome, passes.now()));
            }

            @Override
            public void state(Report report) {
                publish(resource, context, report);
            }
        });
    }

    /** The lines that {@code cairn plan} prints, as they become true; the steps between them for who looks closer. */
    private static void log(Report report, Outcome outcome) {
        ObjectKey service = report.desired().key();
        if (outcome.done() && outcome.action().told()) {
            LOG.info("Service {}: {}", service, outcome.action().text());
        } else if (outcome.done()) {
            LOG.debug("Service {}: {}", service, outcome.action().text());
        }
    }

    static ObjectKey key(HasMetadata resource) {
        return new ObjectKey(
                resource.getMetadata().getNamespace(), resource.getMetadata().getName());
    }

    /** All statuses side by side: the API can then store them in one go. */
    private void publish(ServiceResource resource, Context<ServiceResource> context, Report report) {
        Instant now = passes.now();
        List<Supplier<Boolean>> writes = new ArrayList<>();
        writes.add(() -> publisher.publish(resource, new ServiceResource(), before -> {
            List<Past> known = PastChanges.read(before);
            List<Past> history = Past.history(known, report.desired(), report.timers(), PastChanges.by(resource), now);
            if (!history.equals(known)) {
                tell(resource, history.get(0), now);
            }
            return views.service(resource, before, report, history, now);
        }));
        Map<ObjectKey, ServiceStack> stacks = new HashMap<>();
        report.desired().stacks().forEach(stack -> stacks.put(stack.key(), stack));
        for (ServiceStackResource seen : context.getSecondaryResources(ServiceStackResource.class)) {
            ServiceStack stack = stacks.get(key(seen));
            if (stack != null) {
                writes.add(() -> publisher.publish(
                        seen, new ServiceStackResource(), before -> views.stack(seen, before, stack, report, now)));
            }
        }
        Map<ObjectKey, Endpoint> endpoints = new HashMap<>();
        report.desired().endpointsOfService().forEach(endpoint -> endpoints.put(endpoint.key(), endpoint));
        for (EndpointResource seen : context.getSecondaryResources(EndpointResource.class)) {
            Endpoint endpoint = endpoints.get(key(seen));
            if (endpoint != null) {
                writes.add(() -> publisher.publish(
                        seen,
                        new EndpointResource(),
                        before -> views.endpoint(
                                seen,
                                before,
                                endpoint,
                                report.desired(),
                                report.observed().proxy(),
                                now)));
            }
        }
        sideBySide.all(writes);
    }

    private void tell(ServiceResource resource, Report report, Outcome outcome, Instant now) {
        PortException failure = outcome.failure();
        if (failure != null) {
            events.warning(resource, failure.reason(), String.valueOf(failure.getMessage()), now);
        } else if (drifted(report, outcome, Metrics.Drift.MISSING)) {
            events.warning(resource, "ContainerMissing", outcome.action().text(), now);
        } else if (drifted(report, outcome, Metrics.Drift.DUPLICATE)) {
            events.warning(resource, "ContainerDuplicate", outcome.action().text(), now);
        } else if (outcome.done()) {
            told(outcome.action(), resource, now);
        }
    }

    private static boolean drifted(Report report, Outcome outcome, Metrics.Drift kind) {
        return Metrics.drift(report, outcome).filter(kind::equals).isPresent();
    }

    private void tell(ServiceResource resource, Past past, Instant now) {
        if (past.outcome() == Past.Outcome.FAILED) {
            events.warning(resource, "ChangeOver", past.text(), now);
        } else {
            events.normal(resource, "ChangeOver", past.text(), now);
        }
    }

    private void told(Action action, ServiceResource resource, Instant now) {
        if (action instanceof Action.Write write) {
            switch (write.step()) {
                case HEAL -> events.warning(resource, "ContainerReplaced", action.text(), now);
                case RESTORE, RAISE -> events.warning(resource, "RecordRepaired", action.text(), now);
                case ABANDON -> events.warning(resource, "ChangeAbandoned", action.text(), now);
                case BEGIN, RETARGET -> events.normal(resource, "ChangeBegun", action.text(), now);
                case COMMIT -> events.normal(resource, "ChangeCommitted", action.text(), now);
                case FOLLOW, DROP, PREPARE, JOIN, EXPIRE -> {}
            }
        } else if (action instanceof Action.Switch change && !change.changed().isEmpty()) {
            events.normal(resource, "RoutesSwitched", action.text(), now);
        } else if (action instanceof Action.Start) {
            events.normal(resource, "ContainerStarted", action.text(), now);
        } else if (action instanceof Action.Remove) {
            events.normal(resource, "ContainerRemoved", action.text(), now);
        } else if (action instanceof Action.Disconnect) {
            events.normal(resource, "ConnectionsClosed", action.text(), now);
        } else if (action instanceof Action.CreateStack || action instanceof Action.DeleteStack) {
            events.normal(resource, "StacksChanged", action.text(), now);
        }
    }
}
