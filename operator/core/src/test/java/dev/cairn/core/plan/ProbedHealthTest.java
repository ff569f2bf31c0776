package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Container;
import dev.cairn.core.model.Container.Health;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What probes say of containers that have run for an hour and are routed to. */
class ProbedHealthTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    /** What is planned when that is said of stack 0's container, and nothing bad of stack 1's. */
    private static List<String> plan(Health health) {
        Passes passes = new Passes(
                World.of(
                        List.of(Samples.service("webapp", 2, 1, 1)),
                        List.of(Samples.endpoint("prod", "webapp", 0, 8000)),
                        Samples.hosts(2)),
                WEBAPP);
        passes.settle();
        World world = passes.world();
        Map<String, HostView> views =
                Map.of("docker01", with(world.view("docker01"), health), "docker02", world.view("docker02"));
        Observed observed = new Observed(views, world.proxyView(), Timers.NONE);
        return new Planner().plan(world.desired(WEBAPP), observed, NOW).text();
    }

    private static HostView with(HostView view, Health health) {
        List<Container> containers = view.containers().stream()
                .map(c -> new Container(
                        c.id(),
                        c.name(),
                        c.owner(),
                        c.version(),
                        c.templateHash(),
                        c.phase(),
                        health,
                        NOW.minusSeconds(3600),
                        0,
                        0,
                        c.address(),
                        c.ports()))
                .toList();
        return new HostView(
                view.trouble(), view.engineId(), view.engineVersion(), containers, view.images(), view.takenPorts());
    }

    @Test
    void whatIsReadyIsLeftAlone() {
        assertThat(plan(Health.HEALTHY)).isEmpty();
    }

    @Test
    void whatHasFailedForTooLongIsReplaced() {
        String heal = "heal webapp-stack0 [v0.1]: webapp-stack0-app1 did not become healthy in 600 s";
        assertThat(plan(Health.UNHEALTHY)).contains(heal);
        assertThat(plan(Health.STARTING)).contains(heal);
    }

    /** As after a restart of the operator on a busy machine: it serves, only nobody has asked it yet. */
    @Test
    void whatNobodyHasAskedLongEnoughStaysAndKeepsItsRoutes() {
        assertThat(plan(Health.UNKNOWN)).isEmpty();
    }
}
