package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.core.engine.Engine;
import dev.cairn.core.engine.InTurn;
import dev.cairn.core.engine.Report;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.port.ContainerEngine;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A container that rows name is removed by hand: what the proxy is told while its successor is started. */
class HealingTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Owner CONTAINER = new Owner(WEBAPP, 0, 1);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private FakePorts ports;

    /** Whom the proxy did not ask while somebody was started. */
    private final List<Set<Owner>> resting = new ArrayList<>();

    @BeforeEach
    void removedByHand() throws PortException {
        World world = World.of(
                List.of(Samples.service("webapp", 1, 1, 1)),
                List.of(Samples.endpoint("prod", "webapp", 0, 8000)),
                Samples.hosts(1));
        Passes passes = new Passes(world, WEBAPP);
        passes.settle();
        ports = new FakePorts(passes.world());
        String id = passes.world().box(CONTAINER).orElseThrow().id();
        ports.remove(Samples.hosts(1).get(0), id, 0);
    }

    /** Those of {@link #ports}, where a start is watched, and may be the last thing that the operator does. */
    private ContainerEngine engines(boolean killed) {
        return new ContainerEngine() {
            @Override
            public HostView look(Host host, Map<Owner, Probe> probes, Set<String> images) {
                return ports.look(host, probes, images);
            }

            @Override
            public String pull(Host host, String image, ImagePull how) throws PortException {
                return ports.pull(host, image, how);
            }

            @Override
            public void start(Host host, Owner owner, Entry entry) throws PortException {
                resting.add(ports.world().proxy().resting());
                ports.start(host, owner, entry);
                if (killed) {
                    throw new IllegalStateException("the operator is killed");
                }
            }

            @Override
            public void remove(Host host, String id, int graceSeconds) throws PortException {
                ports.remove(host, id, graceSeconds);
            }
        };
    }

    private List<String> pass(boolean killed) throws PortException {
        Engine engine = new Engine(engines(killed), ports, ports, new InTurn());
        Report report = engine.look(WEBAPP, null, Timers.NONE, NOW);
        return engine.act(report, NOW).plan().text();
    }

    @Test
    void theProxyAsksForItAgainOnlyWhenTheStartHasReturned() throws PortException {
        assertThat(pass(false))
                .containsExactly("start webapp-stack0-app1 v0.1 on docker01: declared at position 0, not running");
        assertThat(resting).containsExactly(Set.of(CONTAINER));
        assertThat(ports.world().proxy().resting()).isEmpty();
        ports.change(world -> world.engine("docker01", host -> host.living(CONTAINER, Life.HEALTHY)));
        assertThat(pass(false)).isEmpty();
        assertThat(new Checker(WEBAPP).end(ports.world())).isEmpty();
    }

    @Test
    void whatAKilledOperatorLeftRestingIsWokenWhenItIsReady() throws PortException {
        assertThatThrownBy(() -> pass(true)).hasMessage("the operator is killed");
        assertThat(ports.world().proxy().resting()).containsExactly(CONTAINER);
        assertThat(pass(false)).as("it is not ready").isEmpty();
        ports.change(world -> world.engine("docker01", host -> host.living(CONTAINER, Life.HEALTHY)));
        assertThat(pass(false)).containsExactly("wake webapp-stack0-app1: it runs, and the proxy does not ask it");
        assertThat(pass(false)).isEmpty();
        assertThat(new Checker(WEBAPP).end(ports.world())).isEmpty();
    }

    /** Nobody's first start is told to the proxy. */
    @Test
    void whatTheProxyDoesNotKnowIsJustStarted() throws PortException {
        ports.change(world -> world.declareEndpoints(List.of()));
        ports.change(world -> world.proxy(world.proxy().restarted()));
        pass(false);
        assertThat(resting).containsExactly(Set.of());
    }
}
