package dev.cairn.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import dev.cairn.api.HostResource;
import dev.cairn.api.Mapping;
import dev.cairn.api.ServiceResource;
import dev.cairn.core.model.Host;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Twelve containers from nothing on the two engines of {@code make up}: Cairn, from the apply to Ready, against the raw
 * engine API, 8 calls in parallel, until every container answers its readiness path.
 */
final class TwelveContainers {
    private static final int PORT = 8080;
    private static final int FIRST_RAW_PORT = 31000;
    private static final int PARALLEL = 8;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final KubernetesClient api;
    private final List<Engine> engines;

    private record Engine(DockerClient docker, String address) {}

    private record Raw(Engine engine, String id, int port) {}

    private TwelveContainers(KubernetesClient api, List<Engine> engines) {
        this.api = api;
        this.engines = engines;
    }

    static void run(int rounds) throws Exception {
        try (KubernetesClient api = new KubernetesClientBuilder().build()) {
            List<Engine> engines = new ArrayList<>();
            for (HostResource resource :
                    api.resources(HostResource.class).list().getItems()) {
                Host host = Mapping.toModel(resource);
                engines.add(new Engine(docker(host.url()), host.address()));
            }
            TwelveContainers bench = new TwelveContainers(api, engines);
            Rounds.compare("12 containers", rounds, "cairn", bench::cairn, "raw API", bench::raw);
        }
    }

    private static DockerClient docker(String url) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(url)
                .build();
        var http = new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .maxConnections(PARALLEL)
                .build();
        return DockerClientImpl.getInstance(config, http);
    }

    private Duration cairn() throws Exception {
        List<String> names = List.of("bench-a", "bench-b");
        Instant start = Instant.now();
        for (String name : names) {
            api.resource(service(name)).create();
        }
        for (String name : names) {
            await(() -> ready(name));
        }
        Duration took = Duration.between(start, Instant.now());
        names.forEach(name -> service(api, name).delete());
        for (String name : names) {
            await(() -> service(api, name).get() == null);
        }
        return took;
    }

    private static io.fabric8.kubernetes.client.dsl.Resource<ServiceResource> service(
            KubernetesClient api, String name) {
        return api.resources(ServiceResource.class).inNamespace("default").withName(name);
    }

    private ServiceResource service(String name) {
        String yaml = """
                apiVersion: cairn.dev/v1alpha1
                kind: Service
                metadata: {name: %s, namespace: default}
                spec:
                  image: webapp
                  versions: [v0.1, v0.2, v0.3]
                  stacks: 2
                  template:
                    container:
                      ports: [{name: http, containerPort: %d}]
                      readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1}
                    terminationGracePeriodSeconds: 5
                """.formatted(name, PORT);
        return api.getKubernetesSerialization().unmarshal(yaml, ServiceResource.class);
    }

    private boolean ready(String name) {
        ServiceResource service = service(api, name).get();
        return service.getStatus() != null
                && service.getStatus().conditions() != null
                && service.getStatus().conditions().stream()
                        .anyMatch(c -> c.type().equals("Ready") && c.status().equals("True"));
    }

    private Duration raw() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(PARALLEL);
        try {
            Instant start = Instant.now();
            List<Callable<Raw>> starts = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                Engine engine = engines.get(i % engines.size());
                String image = "webapp:v0." + (1 + i % 3);
                int port = FIRST_RAW_PORT + i;
                starts.add(() -> start(engine, image, port));
            }
            List<Raw> containers = all(pool, starts);
            Duration took = Duration.between(start, Instant.now());
            List<Callable<Raw>> removals = new ArrayList<>();
            containers.forEach(raw -> removals.add(() -> {
                raw.engine.docker.removeContainerCmd(raw.id).withForce(true).exec();
                return raw;
            }));
            all(pool, removals);
            return took;
        } finally {
            pool.shutdownNow();
        }
    }

    private static <T> List<T> all(ExecutorService pool, List<Callable<T>> calls) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> future : pool.invokeAll(calls)) {
            results.add(future.get());
        }
        return results;
    }

    private static Raw start(Engine engine, String image, int port) throws Exception {
        ExposedPort exposed = ExposedPort.tcp(PORT);
        String id = engine.docker
                .createContainerCmd(image)
                .withExposedPorts(exposed)
                .withHostConfig(HostConfig.newHostConfig()
                        .withPortBindings(new PortBinding(Ports.Binding.bindIpAndPort(engine.address, port), exposed)))
                .exec()
                .getId();
        engine.docker.startContainerCmd(id).exec();
        await(() -> answers("http://" + engine.address + ":" + port + "/ready"));
        return new Raw(engine, id, port);
    }

    private static boolean answers(String url) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    private interface Check {
        boolean holds();
    }

    private static void await(Check check) {
        Instant deadline = Instant.now().plus(LIMIT);
        while (!check.holds()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("not done within " + LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
