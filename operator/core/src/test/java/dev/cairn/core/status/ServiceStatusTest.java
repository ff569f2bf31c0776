package dev.cairn.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.constraint.Blocks;
import dev.cairn.core.constraint.Violation;
import dev.cairn.core.engine.Engine;
import dev.cairn.core.engine.InTurn;
import dev.cairn.core.engine.Outcome;
import dev.cairn.core.engine.Report;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Plan;
import dev.cairn.core.plan.Timers;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users are told of a service: whole texts, one line for each condition. */
class ServiceStatusTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Action DELETE = new Action.ReleaseService(WEBAPP, "it goes");
    private static final Action WARM = new Action.Warm(new TreeMap<>(), "pools come first");
    private static final Outcome REFUSED =
            new Outcome(DELETE, false, new PortException.Invalid("ImageNotFound", "there is no such image"));
    private static final Outcome FAILED =
            new Outcome(DELETE, false, new PortException.Transient("Timeout", "the host is slow"));

    private FakePorts ports;

    @BeforeEach
    void settled() throws PortException {
        ports = new FakePorts(World.of(
                List.of(Samples.service("webapp", 2, 2, 1, 2)),
                List.of(Samples.endpoint("shop", "webapp", 0, 80), Samples.endpoint("lab", "webapp", 1, 81)),
                Samples.hosts(2)));
        pass(30);
    }

    private Report pass(int times) throws PortException {
        Engine engine = new Engine(ports, ports, ports, new InTurn());
        Report report = engine.look(WEBAPP, null, Timers.NONE, NOW);
        for (int i = 0; i < times; i++) {
            engine.act(report, NOW);
            ports.world()
                    .engines()
                    .forEach((host, boxes) -> boxes.boxes().forEach((owner, box) -> {
                        if (box.life() == Life.STARTING) {
                            live(owner, Life.HEALTHY);
                        }
                    }));
            report = engine.look(WEBAPP, null, Timers.NONE, NOW);
        }
        return report;
    }

    private void live(Owner owner, Life life) {
        String host = "docker0" + (owner.stack() + 1);
        ports.change(world -> world.engine(host, engine -> engine.living(owner, life)));
    }

    /** What is told when this is planned and that came of it. */
    private ServiceStatus status(Plan plan, Outcome... outcomes) throws PortException {
        Report seen = pass(0);
        return ServiceStatus.of(
                new Report(seen.desired(), seen.observed(), plan, List.of(outcomes), seen.timers(), NOW), NOW);
    }

    private static Plan plan(List<Action> actions, List<Plan.Wait> waits, Violation... violations) {
        return new Plan(actions, waits, null, List.of(violations));
    }

    private static Plan.Wait wait(String reason) {
        return new Plan.Wait(reason, "it waits", null);
    }

    private static Violation violation(String constraint, Blocks blocks) {
        return new Violation(constraint, "Service default/webapp", "this", "that", blocks);
    }

    private static String told(ServiceStatus status) {
        return status.conditions().stream()
                .map(c -> c.type() + " " + c.holds() + " " + c.reason()
                        + (c.message().isEmpty() ? "" : ": " + c.message()))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    void a_service_that_is_as_declared_is_ready() throws PortException {
        ServiceStatus status = ServiceStatus.of(pass(0), NOW);
        assertThat(told(status)).isEqualTo("""
                Ready true AsDeclared
                Compliant true AllConstraintsHold
                Reconciling false AsDeclared
                Stalled false Progressing
                """);
        assertThat(status.versions()).isEqualTo(Samples.versions(1, 2));
        assertThat(status.stacks()).isEqualTo(2);
        assertThat(status.readyStacks()).isEqualTo(2);
        assertThat(status.outdatedPositions()).isEmpty();
        assertThat(status.usedBy()).containsExactly("lab", "shop");
        assertThat(status.change()).isEmpty();
        assertThat(status.violations()).isEmpty();
    }

    @Test
    void what_waits_for_somebody_is_stalled_and_what_passes_is_not() throws PortException {
        for (String reason : List.of("Paused", "Frozen", "ChangeFailed")) {
            assertThat(told(status(plan(List.of(DELETE), List.of(wait(reason), wait("Other"))))))
                    .isEqualTo("""
                            Ready false %1$s: it waits
                            Compliant true AllConstraintsHold
                            Reconciling false %1$s: it waits
                            Stalled true %1$s: it waits
                            """.formatted(reason));
        }
        assertThat(told(status(plan(List.of(DELETE), List.of(wait("Draining"), wait("Paused"))))))
                .isEqualTo("""
                        Ready false Draining: it waits
                        Compliant true AllConstraintsHold
                        Reconciling true Draining: it waits
                        Stalled false Progressing
                        """);
    }

    @Test
    void steps_are_told_of_except_those_in_between() throws PortException {
        assertThat(status(plan(List.of(WARM, DELETE), List.of())).conditions())
                .contains(new Condition("Ready", false, "Converging", "release service webapp: it goes"));
        assertThat(status(plan(List.of(DELETE, DELETE, DELETE), List.of())).conditions())
                .contains(new Condition("Ready", false, "Converging", "release service webapp: it goes (and 2 more)"));
        assertThat(status(plan(List.of(WARM), List.of())).conditions())
                .contains(new Condition("Ready", true, "AsDeclared", ""));
    }

    @Test
    void a_service_whose_containers_are_not_healthy_is_starting() throws PortException {
        live(new Owner(WEBAPP, 1, 2), Life.STARTING);
        ServiceStatus status = status(plan(List.of(), List.of()));
        assertThat(status.conditions())
                .contains(new Condition("Ready", false, "Starting", "1 of 2 stacks are healthy"));
        assertThat(status.stacks()).isEqualTo(2);
        assertThat(status.readyStacks()).isEqualTo(1);
    }

    /** The most important reason first: a refusal, a violation, a failure, a wait, a step. */
    @Test
    void the_most_important_reason_is_told() throws PortException {
        Plan waiting = plan(List.of(DELETE), List.of(wait("Draining")));
        Plan violated = plan(
                List.of(DELETE),
                List.of(wait("Draining")),
                violation("StackHeight", Blocks.CHANGE),
                violation("SpreadStacks", Blocks.STACK));
        assertThat(told(status(violated, FAILED, REFUSED))).isEqualTo("""
                Ready false ImageNotFound: there is no such image
                Compliant false StackHeight: %1$s; %2$s
                Reconciling false ImageNotFound: there is no such image
                Stalled true ImageNotFound: there is no such image
                """.formatted(
                "StackHeight: Service default/webapp: this; that", "SpreadStacks: Service default/webapp: this; that"));
        assertThat(told(status(violated, FAILED)))
                .isEqualTo("""
                Ready false StackHeight: %1$s
                Compliant false StackHeight: %1$s
                Reconciling false StackHeight: %1$s
                Stalled true StackHeight: %1$s
                """.formatted("StackHeight: Service default/webapp: this; that;"
                        + " SpreadStacks: Service default/webapp: this; that"));
        assertThat(told(status(waiting, new Outcome(DELETE, false, null), FAILED)))
                .isEqualTo("""
                Ready false Timeout: the host is slow
                Compliant true AllConstraintsHold
                Reconciling true Timeout: the host is slow
                Stalled false Progressing
                """);
        assertThat(told(status(waiting, new Outcome(DELETE, true, null))))
                .startsWith("Ready false Draining: it waits\n");
    }

    @Test
    void a_violation_that_blocks_no_change_leaves_the_service_ready() throws PortException {
        ServiceStatus status =
                status(plan(List.of(), List.of(), violation("TagMoved", Blocks.NOTHING), violation("X", Blocks.ROUTE)));
        assertThat(told(status)).isEqualTo("""
                Ready true AsDeclared
                Compliant false TagMoved: TagMoved: Service default/webapp: this; that; X: Service default/webapp: this; that
                Reconciling false AsDeclared
                Stalled false Progressing
                """);
        assertThat(status.violations()).hasSize(2);
        assertThat(status(plan(List.of(), List.of(), violation("SpreadStacks", Blocks.STACK)))
                        .conditions())
                .contains(new Condition(
                        "Ready", false, "SpreadStacks", "SpreadStacks: Service default/webapp: this; that"));
    }

    @Test
    void a_change_is_told_of_while_it_is_under_way() throws PortException {
        ports.change(world -> world.declare(WEBAPP, Samples.versions(1, 2, 3)));
        ServiceStatus status = ServiceStatus.of(pass(2), NOW);
        assertThat(status.change().map(ServiceStatus.Change::number)).hasValue(2L);
        assertThat(status.change().map(ServiceStatus.Change::versions)).hasValue(Samples.versions(1, 2, 3));
        assertThat(status.change().map(ServiceStatus.Change::phase)).hasValue("Starting");
        assertThat(status.change().map(ServiceStatus.Change::message))
                .hasValue("webapp-stack0-app3 v0.3 on docker01 is missing");
        assertThat(status.versions()).as("in force").isEqualTo(Samples.versions(1, 2));
    }

    @Test
    void positions_whose_settings_differ_from_the_template_are_outdated() throws PortException {
        ports.change(
                world -> world.declare(Samples.edited(world.service(WEBAPP), 2, Samples.levelled("debug"), false)));
        ports.change(world -> world.declare(WEBAPP, Samples.versions(1, 2, 2)));
        assertThat(ServiceStatus.of(pass(30), NOW).outdatedPositions()).containsExactly(0, 1);
        ports.change(world -> world.forget(WEBAPP));
        ServiceStatus gone = ServiceStatus.of(pass(0), NOW);
        assertThat(gone.outdatedPositions()).isEmpty();
        assertThat(gone.change()).isEmpty();
    }
}
