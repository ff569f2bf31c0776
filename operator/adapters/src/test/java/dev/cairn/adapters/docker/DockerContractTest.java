package dev.cairn.adapters.docker;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.cairn.core.model.Host;
import dev.cairn.core.port.ContainerEngine;
import dev.cairn.core.port.ContainerEngineContract;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The port's contract on a real engine. */
class DockerContractTest extends ContainerEngineContract {
    private static final TestImage SERVER = TestImage.server("cairn-test/server:v1");
    private static final AtomicInteger PORTS = new AtomicInteger(21000);
    private static PrivateEngine docker;
    private static TinyRegistry registry;
    private static DockerEngine engine;

    @BeforeAll
    static void start() {
        docker = PrivateEngine.start();
        docker.load(SERVER);
        registry = new TinyRegistry();
        engine = new DockerEngine("contract", DockerConfig.defaults(), new Heard());
    }

    @AfterAll
    static void stop() {
        engine.close();
        registry.close();
        docker.close();
    }

    @Override
    protected ContainerEngine engine() {
        return engine;
    }

    @Override
    protected Host host() {
        return docker.host("docker01");
    }

    @Override
    protected Host unreachableHost() {
        return new Host("nowhere", docker.url() + ".none", docker.address(), 20000, 29999, false);
    }

    @Override
    protected String presentImage() {
        return SERVER.reference();
    }

    @Override
    protected String missingImage() {
        return registry.name() + "/webapp:v0.9";
    }

    @Override
    protected int freePort() {
        return PORTS.getAndAdd(2);
    }

    @Override
    protected String runForeign(String name, int hostPort) {
        HostConfig config = HostConfig.newHostConfig();
        if (hostPort > 0) {
            config.withPortBindings(new PortBinding(
                    new Ports.Binding(docker.address(), Integer.toString(hostPort)), ExposedPort.tcp(80)));
        }
        String id = docker.client()
                .createContainerCmd(SERVER.reference())
                .withName(name)
                .withExposedPorts(ExposedPort.tcp(80))
                .withHostConfig(config)
                .exec()
                .getId();
        docker.client().startContainerCmd(id).exec();
        return id;
    }

    @Override
    protected boolean foreignRuns(String id) {
        return Boolean.TRUE.equals(
                docker.client().inspectContainerCmd(id).exec().getState().getRunning());
    }
}
