package dev.cairn.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Timers;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a pass tells about itself: which starts bring back what somebody took away, and whether another pass follows. */
class ReportTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final FakePorts ports =
            new FakePorts(World.of(List.of(Samples.service("webapp", 2, 2, 1, 2)), List.of(), Samples.hosts(2)));
    private final Engine engine = new Engine(ports, ports, ports, new InTurn());

    private Report pass() throws PortException {
        return engine.act(engine.look(WEBAPP, null, Timers.NONE, NOW), NOW);
    }

    /** The containers that the next pass which starts any starts, and brings back. */
    private List<String> missed() throws PortException {
        for (int i = 0; i < 30; i++) {
            Report report = pass();
            List<Action.Start> starts = report.outcomes().stream()
                    .flatMap(o -> o.action() instanceof Action.Start start ? Stream.of(start) : Stream.of())
                    .toList();
            if (!starts.isEmpty()) {
                return starts.stream()
                        .filter(report::missed)
                        .map(start -> start.owner().containerName())
                        .toList();
            }
        }
        throw new AssertionError("nothing is started");
    }

    private void settled() throws PortException {
        for (int i = 0; i < 30; i++) {
            pass();
            ports.world()
                    .engines()
                    .forEach((host, boxes) -> boxes.boxes().keySet().forEach(this::healthy));
        }
    }

    private void healthy(Owner owner) {
        live(owner, Life.HEALTHY);
    }

    private void live(Owner owner, Life life) {
        ports.change(w -> w.engine("docker0" + (owner.stack() + 1), h -> h.living(owner, life)));
    }

    private void lost(int stack, int n) {
        ports.change(w -> w.engine("docker0" + (stack + 1), h -> h.lost(new Owner(WEBAPP, stack, n))));
    }

    @Test
    void a_first_start_is_not_missed() throws PortException {
        assertThat(missed()).isEmpty();
    }

    @Test
    void what_was_removed_by_hand_is_missed() throws PortException {
        settled();
        lost(1, 2);
        assertThat(missed()).containsExactly("webapp-stack1-app2");
    }

    @Test
    void where_nothing_of_a_stack_is_left_it_begins_anew() throws PortException {
        settled();
        lost(0, 1);
        lost(0, 2);
        assertThat(missed()).isEmpty();
    }

    @Test
    void what_takes_the_place_of_a_dead_container_is_not_missed() throws PortException {
        settled();
        live(new Owner(WEBAPP, 0, 1), Life.DEAD);
        assertThat(missed()).isEmpty();
    }

    @Test
    void what_is_pushed_is_not_missed() throws PortException {
        settled();
        ports.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3)));
        assertThat(missed()).isEmpty();
    }

    @Test
    void another_pass_follows_what_did_something_or_was_overtaken() throws PortException {
        Report seen = engine.look(WEBAPP, null, Timers.NONE, NOW);
        Action action = seen.plan().actions().get(0);
        PortException away = new PortException.Transient("Away", "it is away");
        assertThat(ended(seen).again()).isFalse();
        assertThat(ended(seen, new Outcome(action, false, away)).again()).isFalse();
        assertThat(ended(seen, new Outcome(action, false, away), new Outcome(action, false, null))
                        .again())
                .isTrue();
        assertThat(ended(seen, new Outcome(action, true, null)).again()).isTrue();
    }

    private static Report ended(Report seen, Outcome... outcomes) {
        return new Report(seen.desired(), seen.observed(), seen.plan(), List.of(outcomes), seen.timers(), NOW);
    }
}
