package dev.cairn.adapters.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.PortException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests that share one real engine, with services of their own names. */
abstract class OneEngine {
    protected static final TestImage SERVER = TestImage.server("cairn-test/server:v1");
    protected static final AtomicInteger PORTS = new AtomicInteger(21000);
    protected static final Heard heard = new Heard();
    protected static PrivateEngine docker;
    protected static DockerEngine engine;
    protected static Host host;

    @BeforeAll
    static void start() {
        docker = PrivateEngine.start();
        docker.load(SERVER);
        host = docker.host("docker01");
        engine = new DockerEngine("test", DockerConfig.defaults(), heard);
        engine.hosts(List.of(host));
    }

    @AfterAll
    static void stop() {
        engine.close();
        docker.close();
    }

    protected static Owner owner(String service) {
        return new Owner(new ObjectKey("default", service), 0, 1);
    }

    protected static Template template(Probe probe) {
        return new Template(List.of(), List.of(), Map.of(), List.of(new Template.Port("http", 80)), probe, 1);
    }

    protected static Entry entry(TestImage image, Template template) throws PortException {
        int port = template.ports().isEmpty() ? 0 : PORTS.getAndAdd(2);
        return new Entry(1, new Version("v1"), engine.pull(host, image.reference()), port, template);
    }

    protected static Optional<Container> find(DockerEngine by, Owner owner, Probe probe) {
        return by.look(host, probe == null ? Map.of() : Map.of(owner, probe), Set.of()).containers().stream()
                .filter(container -> container.owner().equals(owner))
                .findFirst();
    }

    protected static Container get(Owner owner) {
        return find(engine, owner, null).orElseThrow();
    }

    protected static void inside(Owner owner, String... command) throws InterruptedException {
        String exec = docker.client()
                .execCreateCmd(DockerEngine.containerName(owner))
                .withCmd(command)
                .exec()
                .getId();
        docker.client()
                .execStartCmd(exec)
                .exec(new ResultCallback.Adapter<Frame>())
                .awaitCompletion();
    }
}
