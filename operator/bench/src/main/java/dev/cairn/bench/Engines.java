package dev.cairn.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import dev.cairn.core.model.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The engines of the installation, used directly: the peer that nobody can beat by much. */
final class Engines implements AutoCloseable {
    static final int CONTAINER_PORT = 8080;
    static final int GRACE_SECONDS = 5;
    /** On every container that the bench starts itself. */
    static final String LABEL = "cairn-bench";

    private static final int PARALLEL = 8;
    private static final int FIRST_PORT = 31000;
    private static final int VERSIONS = 3;

    private final List<Engine> all;
    private final ExecutorService pool = Executors.newFixedThreadPool(PARALLEL);

    /** One engine, and where its containers publish. */
    record Engine(DockerClient docker, String url, String address) {}

    /** A container that the bench has started. */
    record Raw(Engine engine, String id, int port) {}

    Engines(List<Host> hosts) {
        all = hosts.stream()
                .map(host -> new Engine(client(host.url()), host.url(), host.address()))
                .toList();
    }

    static DockerClient client(String url) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(url)
                .withDockerTlsVerify(false)
                .build();
        var http = new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .maxConnections(PARALLEL)
                .build();
        return DockerClientImpl.getInstance(config, http);
    }

    /** The engine of the i-th of several containers: in turn. */
    Engine of(int i) {
        return all.get(i % all.size());
    }

    List<Engine> all() {
        return all;
    }

    /** The i-th of several containers runs one of three versions. */
    static String image(int i) {
        return "webapp:v0." + (1 + i % VERSIONS);
    }

    static int port(int i) {
        return FIRST_PORT + i;
    }

    /** Creates and starts so many containers, 8 in parallel, until each answers its readiness path. */
    List<Raw> start(int count) throws Exception {
        List<Callable<Raw>> starts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            starts.add(() -> start(of(number), image(number), port(number)));
        }
        return sideBySide(starts);
    }

    /** Creates and starts one container, until it answers. */
    Raw start(Engine engine, String image, int port) throws Exception {
        ExposedPort exposed = ExposedPort.tcp(CONTAINER_PORT);
        try (CreateContainerCmd create = engine.docker.createContainerCmd(image)) {
            String id = create.withExposedPorts(exposed)
                    .withLabels(Map.of(LABEL, "raw"))
                    .withHostConfig(HostConfig.newHostConfig()
                            .withPortBindings(
                                    new PortBinding(Ports.Binding.bindIpAndPort(engine.address, port), exposed)))
                    .exec()
                    .getId();
            engine.docker.startContainerCmd(id).exec();
            Await.until("an answer of " + id, () -> Http.ready(engine.address, port));
            return new Raw(engine, id, port);
        }
    }

    /** Asks each to end, with the grace that Cairn gives, and removes it; 8 in parallel. */
    void stop(List<Raw> containers) throws Exception {
        List<Callable<Raw>> removals = new ArrayList<>();
        containers.forEach(raw -> removals.add(() -> {
            raw.engine
                    .docker
                    .stopContainerCmd(raw.id)
                    .withTimeout(GRACE_SECONDS)
                    .exec();
            raw.engine.docker.removeContainerCmd(raw.id).exec();
            return raw;
        }));
        sideBySide(removals);
    }

    /** Removes what the bench has started itself. */
    void clean() {
        for (Engine engine : all) {
            labelled(engine, LABEL)
                    .forEach(c -> engine.docker
                            .removeContainerCmd(c.getId())
                            .withForce(true)
                            .exec());
        }
    }

    /** Containers with a label, given as {@code name} or {@code name=value}, in any state. */
    static List<Container> labelled(Engine engine, String label) {
        return engine.docker
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(label))
                .exec();
    }

    private <T> List<T> sideBySide(List<Callable<T>> calls) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> future : pool.invokeAll(calls)) {
            results.add(future.get());
        }
        return results;
    }

    @Override
    public void close() throws Exception {
        pool.shutdownNow();
        for (Engine engine : all) {
            engine.docker.close();
        }
    }
}
