package dev.cairn.app.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.engine.Engine;
import dev.cairn.core.engine.Report;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PassesTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final RouteKey ROUTE = new RouteKey(8000);

    private final FakePorts ports = new FakePorts(World.of(
            List.of(Samples.retaining(Samples.service("webapp", 1, 1, 1, 2), 0)),
            List.of(Samples.endpoint("prod", "webapp", 0, 8000)),
            Samples.hosts(1)));
    private final Engine engine = new Engine(ports, ports, ports, new OneByOne());
    private final Ticking clock = new Ticking();
    private final List<Report> told = new ArrayList<>();

    private static final class OneByOne implements Engine.SideBySide {
        @Override
        public <T> List<T> all(List<Supplier<T>> calls) {
            return calls.stream().map(Supplier::get).toList();
        }
    }

    private static final class Ticking extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private Passes.Result run(Passes passes) throws PortException {
        return run(passes, ports.world().service(WEBAPP).generation());
    }

    private Passes.Result run(Passes passes, long generation) throws PortException {
        told.clear();
        return passes.run(WEBAPP, generation, audience(told));
    }

    private static Passes.Audience silent() {
        return audience(new ArrayList<>());
    }

    private static Passes.Audience audience(List<Report> told) {
        return new Passes.Audience() {
            @Override
            public void done(Report report) {}

            @Override
            public void state(Report report) {
                told.add(report);
            }
        };
    }

    private Passes passes(int crowd) {
        return new Passes(engine, new OneByOne(), clock, crowd);
    }

    /** With all that was declared running and routed. */
    @BeforeEach
    void converge() throws PortException {
        Passes passes = passes(2);
        for (int i = 0; i < 10; i++) {
            run(passes);
            ports.world()
                    .engines()
                    .forEach((host, before) -> before.boxes()
                            .keySet()
                            .forEach(owner -> ports.change(w -> w.engine(host, e -> e.living(owner, Life.HEALTHY)))));
        }
        assertThat(routedTo()).isEqualTo(1);
        assertThat(containers()).containsExactlyInAnyOrder(1, 2);
    }

    private void pop() {
        ports.change(w -> w.declare(WEBAPP, Samples.versions(2)));
    }

    /** The number of the container that answers. */
    private int routedTo() {
        return ports.world()
                .proxy()
                .live()
                .rows()
                .get(ROUTE)
                .backends()
                .first()
                .owner()
                .n();
    }

    /** The numbers of those that there are. */
    private List<Integer> containers() {
        return ports.world().engine(Samples.hosts(1).get(0).name()).boxes().keySet().stream()
                .map(Owner::n)
                .toList();
    }

    @Test
    void whoseRoutesAreSwitchedGivesWayToThoseWhoWait() throws PortException {
        Passes crowded = passes(1);
        pop();
        Passes.Result first = run(crowded);
        assertThat(routedTo()).as("the promotion waits for nobody").isEqualTo(2);
        assertThat(told).as("how things stand is told when they do").isEmpty();
        assertThat(first.comeBack()).isEqualTo(Duration.ofMillis(500));

        World switched = ports.world();
        assertThat(run(crowded).comeBack()).isEqualTo(Duration.ofMillis(500));
        assertThat(ports.world()).as("nothing was even looked at").isEqualTo(switched);

        clock.now = clock.now.plusSeconds(5);
        run(crowded);
        assertThat(told).as("others were given way for long enough").isNotEmpty();
        assertThat(ports.world()).isNotEqualTo(switched);
    }

    @Test
    void theMoreServicesThereAreTheLaterEachIsLookedAtWithoutAnEvent() throws PortException {
        Passes passes = passes(2);
        run(passes);
        assertThat(run(passes).comeBack()).isEqualTo(Passes.RESYNC);
        for (int i = 1; i < 2_000; i++) {
            passes.run(Samples.key("service" + i), 1, silent());
        }
        assertThat(run(passes).comeBack()).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void whatIsDeclaredAnewGivesWayToNobody() throws PortException {
        Passes crowded = passes(1);
        pop();
        run(crowded);
        ports.change(w -> w.declare(WEBAPP, Samples.versions(2, 3)));
        run(crowded);
        assertThat(containers()).as("the new one was started").contains(3);
    }

    @Test
    void whereNobodyWaitsAllIsDoneInOneGo() throws PortException {
        Passes alone = passes(2);
        pop();
        run(alone);
        assertThat(routedTo()).isEqualTo(2);
        assertThat(told).isNotEmpty();
    }

    @Test
    void aServiceThatWasReleasedIsNotLookedAtAgain() throws PortException {
        Passes alone = passes(2);
        Service webapp = ports.world().service(WEBAPP);
        ports.change(w -> w.declare(Samples.edited(webapp, webapp.stacks(), webapp.template(), true)));
        long generation = ports.world().service(WEBAPP).generation();
        Passes.Result last = run(alone, generation);
        for (int i = 0; i < 10 && !last.released(); i++) {
            last = run(alone, generation);
        }
        assertThat(last.released()).as("what is remembered of it can go").isTrue();
        assertThat(ports.world().services()).isEmpty();
        assertThat(told)
                .as("nobody can be told of what is no more")
                .allMatch(report -> report.desired().service() != null);
    }
}
