package dev.cairn.bench;

import dev.cairn.api.Condition;
import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.InvalidResource;
import dev.cairn.api.Mapping;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.core.model.Host;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What {@code make up} has started, seen as its user sees it: through its API. */
final class Installation implements AutoCloseable {
    private static final String PREFIX = "bench-";
    private static final String NAMESPACE = "default";
    private static final long LIMIT_SECONDS = 180;

    private final Path state;
    private final KubernetesClient api;

    private Installation(Path state) {
        this.state = state;
        api = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(state.resolve("kubeconfig").toFile()))
                .build();
    }

    /** The installation in $CAIRN_STATE, by default .cairn. */
    static Installation open() {
        return new Installation(state());
    }

    static Path state() {
        return Path.of(System.getenv().getOrDefault("CAIRN_STATE", ".cairn"));
    }

    KubernetesClient api() {
        return api;
    }

    /** The operator's process. */
    ProcessHandle operator() throws IOException {
        String recorded = Files.readString(state.resolve("cairn.pid")).strip();
        return ProcessHandle.of(Long.parseLong(recorded.split(" ")[0])).orElseThrow();
    }

    List<Host> hosts() throws InvalidResource {
        List<Host> hosts = new ArrayList<>();
        for (HostResource host : api.resources(HostResource.class).list().getItems()) {
            hosts.add(Mapping.toModel(host));
        }
        return hosts;
    }

    /** Declares a service of the sample image; further fields of its spec may follow, a line each. */
    void apply(String name, List<String> versions, int stacks, String... more) {
        api.resource(api.getKubernetesSerialization()
                        .unmarshal(
                                """
                        apiVersion: cairn.dev/v1alpha1
                        kind: Service
                        metadata: {name: %s, namespace: %s}
                        spec:
                          image: webapp
                          versions: %s
                          stacks: %d
                          template:
                            container:
                              ports: [{name: http, containerPort: %d}]
                              readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1}
                            terminationGracePeriodSeconds: %d
                        """.formatted(
                                                        name,
                                                        NAMESPACE,
                                                        versions,
                                                        stacks,
                                                        Engines.CONTAINER_PORT,
                                                        Engines.GRACE_SECONDS)
                                        + String.join(
                                                "",
                                                List.of(more).stream()
                                                        .map("  %s\n"::formatted)
                                                        .toList()),
                                ServiceResource.class))
                .create();
    }

    /** Declares an endpoint at a stage of a service. */
    void endpoint(String service, String stage, int port) {
        endpoint(service, stage, port, "path: /");
    }

    /** The same with a further field. */
    void endpoint(String service, String stage, int port, String more) {
        api.resource(api.getKubernetesSerialization()
                        .unmarshal(
                                """
                        apiVersion: cairn.dev/v1alpha1
                        kind: Endpoint
                        metadata: {name: %s-%s, namespace: %s}
                        spec: {serviceName: %s, stage: %s, targetPort: http, port: %d, %s}
                        """.formatted(service, stage, NAMESPACE, service, stage, port, more),
                                EndpointResource.class))
                .create();
    }

    /** Declares a host with 100 ports. */
    void host(String name, String url, String address, int firstPort) {
        api.resource(api.getKubernetesSerialization()
                        .unmarshal("""
                        apiVersion: cairn.dev/v1alpha1
                        kind: Host
                        metadata: {name: %s}
                        spec: {docker: {url: "%s", address: "%s", portRange: {first: %d, last: %d}}}
                        """.formatted(name, url, address, firstPort, firstPort + 99), HostResource.class))
                .create();
    }

    /** Deletes a host on which nothing is left, and waits until it is gone. */
    void deleteHost(String name) {
        api.resources(HostResource.class).withName(name).delete();
        api.resources(HostResource.class)
                .withName(name)
                .waitUntilCondition(Objects::isNull, LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Declares other versions; returns when that is accepted. */
    void versions(String name, List<String> versions) {
        String list = String.join(
                ",", versions.stream().map(version -> "\"" + version + "\"").toList());
        service(name).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"versions\":[" + list + "]}}");
    }

    void awaitReady(String name) {
        service(name).waitUntilCondition(Installation::ready, LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    void awaitEndpoint(String name) {
        api.resources(EndpointResource.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .waitUntilCondition(
                        e -> e != null
                                && e.getStatus() != null
                                && ready(
                                        e.getStatus().conditions(),
                                        e.getStatus().observedGeneration(),
                                        e.getMetadata().getGeneration()),
                        LIMIT_SECONDS,
                        TimeUnit.SECONDS);
    }

    private static boolean ready(@Nullable ServiceResource service) {
        return service != null
                && service.getStatus() != null
                && ready(
                        service.getStatus().conditions(),
                        service.getStatus().observedGeneration(),
                        service.getMetadata().getGeneration());
    }

    private static boolean ready(
            @Nullable List<Condition> conditions, @Nullable Long observed, @Nullable Long generation) {
        return conditions != null
                && Objects.equals(observed, generation)
                && conditions.stream()
                        .anyMatch(c -> c.type().equals("Ready") && c.status().equals("True"));
    }

    /** Deletes services and waits until the API and the engines have nothing of them left. */
    void delete(List<String> names, Engines engines) throws Exception {
        names.forEach(name -> service(name).delete());
        for (String name : names) {
            service(name).waitUntilCondition(Objects::isNull, LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        for (Engines.Engine engine : engines.all()) {
            for (String name : names) {
                Await.until(
                        "the end of the containers of " + name,
                        () -> Engines.labelled(engine, "cairn.dev/service=" + name)
                                .isEmpty());
            }
        }
    }

    ServiceStackResource stack(String name) {
        return api.resources(ServiceStackResource.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .require();
    }

    /** Deletes what measurements have declared, or a run that was interrupted has left. */
    void clean(Engines engines) throws Exception {
        api.resources(EndpointResource.class).inNamespace(NAMESPACE).list().getItems().stream()
                .filter(endpoint -> endpoint.getMetadata().getName().startsWith(PREFIX))
                .forEach(endpoint -> api.resource(endpoint).delete());
        delete(
                api.resources(ServiceResource.class).inNamespace(NAMESPACE).list().getItems().stream()
                        .map(service -> service.getMetadata().getName())
                        .filter(name -> name.startsWith(PREFIX))
                        .toList(),
                engines);
        api.resources(HostResource.class).list().getItems().stream()
                .map(host -> host.getMetadata().getName())
                .filter(name -> name.startsWith(PREFIX))
                .forEach(this::deleteHost);
        engines.clean();
    }

    private Resource<ServiceResource> service(String name) {
        return api.resources(ServiceResource.class).inNamespace(NAMESPACE).withName(name);
    }

    /** How long the work took. */
    static Duration timed(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    interface Work {
        void run() throws Exception;
    }

    @Override
    public void close() {
        api.close();
    }
}
