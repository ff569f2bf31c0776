package dev.cairn.app.operator;

import dev.cairn.adapters.docker.DockerConfig;
import dev.cairn.adapters.docker.DockerEngine;
import dev.cairn.adapters.docker.DockerListener;
import dev.cairn.adapters.haproxy.Haproxy;
import dev.cairn.adapters.haproxy.ProxyWatch;
import dev.cairn.api.Condition;
import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.core.engine.Engine;
import dev.cairn.core.model.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator on any cluster that a client reaches: wires the ports to the core and the core to the reconcilers. */
public final class CairnOperator implements AutoCloseable {
    /** Finalizer of a Service: it goes when its stacks, containers and rows are gone. */
    static final String SERVICE_FINALIZER = "cairn.dev/stacks";

    private static final Logger LOG = LoggerFactory.getLogger(CairnOperator.class);
    private static final int THREADS = 64;
    /** What one of them sees of proxy and engines serves all that are under way: many at once cost little more. */
    private static final int SERVICES_AT_ONCE = 24;
    /** From so many on, who has been switched lets others go first. */
    private static final int CROWD = 8;

    /** Nobody waits for the numbers that a host reports: they are counted when the change is over, rather than beside it. */
    private static final Duration COUNT_LATER = Duration.ofSeconds(1);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final DockerEngine docker;
    private final ProxyWatch proxyWatch;
    /** When all threads are busy, the reconciler that asks does the call itself. */
    private final ExecutorService calls = new ThreadPoolExecutor(
            0,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
                Thread thread = new Thread(task, "cairn-call");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.CallerRunsPolicy());

    private final Executor aMomentLater =
            CompletableFuture.delayedExecutor(COUNT_LATER.toMillis(), TimeUnit.MILLISECONDS, calls);

    /** Hosts that will be told to count what is on them. */
    private final Set<String> counting = ConcurrentHashMap.newKeySet();

    private final EventRecorder events;
    private final Metrics metrics;
    private final Operator operator;
    /** Where the records look for what services share: the API until the caches are filled. */
    private volatile Inventory inventory;

    private Inventory caches;

    /** Of all services that are known. */
    private volatile Supplier<List<ResourceID>> services = List::of;

    private final SimpleInboundEventSource<ServiceResource> serviceTrouble =
            new SimpleInboundEventSource<>("containers");
    private final SimpleInboundEventSource<HostResource> hostTrouble = new SimpleInboundEventSource<>("engines");

    /**
     * @param client closed together with the operator
     * @param installation name that all containers are labelled with, a DNS label
     * @param proxyState where the proxy keeps its files
     * @param proxyAddress where the proxy listens
     * @param registry takes the metrics
     */
    public CairnOperator(
            KubernetesClient client,
            String installation,
            Path proxyState,
            String proxyAddress,
            MeterRegistry registry) {
        this.client = client;
        metrics = new Metrics(registry);
        docker = new DockerEngine(installation, DockerConfig.defaults(), new Changes(), new KubernetesSecrets(client));
        Haproxy proxy = new Haproxy(proxyState, proxyAddress);
        proxyWatch = new ProxyWatch(proxy, this::lookAtAllServices);
        inventory = Inventory.live(client);
        caches = inventory;
        KubernetesRecords records = new KubernetesRecords(client, () -> inventory);
        Parallel parallel = new Parallel(calls);
        Engine engine = new Engine(docker, proxy, records, parallel);
        Clock clock = Clock.systemUTC();
        Publisher publisher = new Publisher(client);
        events = new EventRecorder(client, true);
        Views views = new Views(proxyAddress);
        operator = new Operator(overrider -> overrider
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withResourceCloner(LeanResources.cloner(client.getKubernetesSerialization()))
                .withConcurrentReconciliationThreads(SERVICES_AT_ONCE)
                .withReconciliationTerminationTimeout(STOP_TIMEOUT));
        operator.register(new ServiceReconciler(
                new Passes(engine, parallel, clock, CROWD),
                publisher,
                parallel,
                events,
                views,
                metrics,
                this::serviceSources));
        operator.register(new EndpointReconciler(records, proxy, publisher, views, clock));
        operator.register(new HostReconciler(engine, records, docker, publisher, clock, hostTrouble));
    }

    /** Tells the reconcilers what the engines tell. */
    private final class Changes implements DockerListener {
        @Override
        public void onService(ObjectKey service) {
            serviceTrouble.propagateEvent(new ResourceID(service.name(), service.namespace()));
        }

        @Override
        public void onHost(String host) {
            hostTrouble.propagateEvent(new ResourceID(host));
        }

        @Override
        public void onStranger(ObjectKey service, String sentence) {
            metrics.count(Metrics.Drift.STRANGER);
            calls.execute(() -> tell(service, sentence));
        }

        private void tell(ObjectKey service, String sentence) {
            try {
                ServiceResource resource = client.resources(ServiceResource.class)
                        .inNamespace(service.namespace())
                        .withName(service.name())
                        .get();
                if (resource != null) {
                    events.warning(resource, "ContainerIgnored", sentence, Instant.now());
                }
            } catch (KubernetesClientException e) {
                LOG.debug("event not written: {}", e.getMessage()); // it is in the log
            }
        }
    }

    /** Nobody knows whose routes are not as they were. */
    private void lookAtAllServices() {
        services.get().forEach(serviceTrouble::propagateEvent);
    }

    private List<EventSource<?, ServiceResource>> serviceSources(EventSourceContext<ServiceResource> context) {
        var stacks = InformerEventSourceConfiguration.from(ServiceStackResource.class, ServiceResource.class)
                .withName("stacks")
                .withOnUpdateFilter(CairnOperator::specChanged)
                .withSecondaryToPrimaryMapper(stack -> Set.of(new ResourceID(
                        stack.getSpec().serviceName(), stack.getMetadata().getNamespace())))
                .build();
        var endpoints = InformerEventSourceConfiguration.from(EndpointResource.class, ServiceResource.class)
                .withName("endpoints")
                .withOnUpdateFilter(CairnOperator::specChanged)
                .withSecondaryToPrimaryMapper(endpoint -> Set.of(new ResourceID(
                        endpoint.getSpec().serviceName(), endpoint.getMetadata().getNamespace())))
                .build();
        var hosts = InformerEventSourceConfiguration.from(HostResource.class, ServiceResource.class)
                .withName("hosts")
                .withOnUpdateFilter(CairnOperator::hostMatters)
                .withSecondaryToPrimaryMapper(host -> context.getPrimaryCache()
                        .list()
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
                .withPrimaryToSecondaryMapper(service -> Set.of())
                .build();
        var stackSource = new StackSource(stacks, context, this::countLater);
        var endpointSource = new InformerEventSource<>(endpoints, context);
        var hostSource = new InformerEventSource<>(hosts, context);
        services = () ->
                context.getPrimaryCache().list().map(ResourceID::fromResource).toList();
        // An event is told after the cache has what it tells of: no pass that it causes misses it.
        caches = Inventory.of(stackSource, endpointSource, hostSource);
        return new ArrayList<>(List.of(stackSource, endpointSource, hostSource, serviceTrouble));
    }

    /** When much changes at once, it is counted once. */
    private void countLater(String host) {
        if (counting.add(host)) {
            aMomentLater.execute(() -> {
                counting.remove(host);
                hostTrouble.propagateEvent(new ResourceID(host));
            });
        }
    }

    /** A host that is Ready again may be what a service waits for; how much runs there matters to none. */
    private static boolean hostMatters(HostResource now, HostResource before) {
        return specChanged(now, before) || !Objects.equals(conditions(now), conditions(before));
    }

    private static @Nullable List<Condition> conditions(HostResource host) {
        return host.getStatus() == null ? null : host.getStatus().conditions();
    }

    /** Whether users or the operator have changed what is declared, and not only its status. */
    static boolean specChanged(HasMetadata now, HasMetadata before) {
        return now.isMarkedForDeletion() != before.isMarkedForDeletion()
                || !now.getMetadata()
                        .getGeneration()
                        .equals(before.getMetadata().getGeneration())
                || !Objects.equals(
                        now.getMetadata().getLabels(), before.getMetadata().getLabels())
                || !Objects.equals(
                        now.getMetadata().getAnnotations(), before.getMetadata().getAnnotations());
    }

    /** Starts reconciling; returns when the caches are filled. */
    public void start() {
        operator.start();
        inventory = caches;
        proxyWatch.start();
    }

    @Override
    public void close() {
        proxyWatch.close();
        operator.stop();
        events.close();
        docker.close();
        calls.shutdownNow();
        client.close();
    }
}
