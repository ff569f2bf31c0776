package dev.cairn.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.constraint.Constraints;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Foresight;
import dev.cairn.core.plan.Plan;
import dev.cairn.core.plan.Timers;
import dev.cairn.core.port.FakeHost;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A plan is its run: over random converged worlds, random edits and damages, what {@link Engine#foresee} tells is, pass
 * by pass, what the engine then does when nothing goes wrong; and to foresee it, no port was asked to change anything.
 */
class PlanIsRunTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final int WORLDS = Integer.getInteger("cairn.plan.worlds", 300);
    private static final int MOST_PASSES = 500;

    /** What passes when one waits, on the way of a run; the rest needs somebody to do something. */
    private static final Set<String> PASSING = Set.of("Settling", "Canary", "BackOff", "Draining");

    /** One world with an operator on it that nobody disturbs. */
    private static final class Run {
        private final FakePorts ports;
        private final Engine engine;
        private Timers timers = Timers.NONE;
        private Instant now;

        Run(World world, Instant now) {
            ports = new FakePorts(world);
            engine = new Engine(ports, ports, ports, new InTurn());
            this.now = now;
        }

        /** Until there is nothing to do; the lines of each pass, sorted. */
        List<Set<String>> settle() throws PortException {
            List<Set<String>> passes = new ArrayList<>();
            for (int i = 0; i < MOST_PASSES; i++) {
                Report seen = engine.look(WEBAPP, null, timers, now);
                Report done = engine.act(seen, now);
                timers = done.timers();
                boolean started = startup();
                if (!done.outcomes().isEmpty()) {
                    assertThat(done.outcomes())
                            .filteredOn(outcome -> !outcome.done())
                            .extracting(outcome -> outcome.action().text() + ": " + outcome.failure())
                            .as("not done, with %s", lines(done.plan().actions()))
                            .isEmpty();
                    passes.add(
                            lines(done.outcomes().stream().map(Outcome::action).toList()));
                } else if (!started && !waits(seen.plan())) {
                    return passes;
                }
            }
            throw new AssertionError("no end: " + passes);
        }

        /** Everything that starts is healthy; whether there was anything. */
        private boolean startup() {
            World before = ports.world();
            before.engines()
                    .forEach((host, engine) -> engine.boxes().forEach((owner, box) -> {
                        if (box.life() == Life.STARTING) {
                            ports.change(w -> w.engine(host, e -> e.living(owner, Life.HEALTHY)));
                        }
                    }));
            return !before.equals(ports.world());
        }

        private boolean waits(Plan plan) {
            List<Plan.Wait> passing = plan.waits().stream()
                    .filter(wait -> PASSING.contains(wait.reason()))
                    .toList();
            for (Plan.Wait wait : passing) {
                now = wait.until() != null && wait.until().isAfter(now) ? wait.until() : now;
            }
            return !passing.isEmpty();
        }
    }

    private static Set<String> lines(List<Action> actions) {
        TreeSet<String> lines = new TreeSet<>();
        actions.forEach(action -> lines.add(action.text()));
        return lines;
    }

    private static Service behaving(Random random, Service service) {
        Service.StrategyType[] types = Service.StrategyType.values();
        Service.Strategy strategy = new Service.Strategy(
                Duration.ofSeconds(600),
                Duration.ofSeconds(random.nextInt(3) * 5L),
                Duration.ofSeconds(30),
                types[random.nextInt(types.length)],
                Duration.ofSeconds(random.nextInt(2) * 20L));
        Service.Retain retain = new Service.Retain(random.nextInt(3), Duration.ofHours(1));
        Service.Promotion promotion = random.nextInt(4) == 0 ? Service.Promotion.RECREATE : Service.Promotion.IN_PLACE;
        Service behaving = Samples.behaving(service, Placement.ANYWHERE, promotion, strategy, retain);
        return random.nextInt(4) == 0 ? Samples.ordered(behaving) : behaving;
    }

    private static List<Version> list(Random random, int minHeight) {
        int height = Math.max(2, minHeight + random.nextInt(3));
        return Samples.versions(random.ints(height, 1, 7).sorted().toArray());
    }

    private static World nothingYet(Random random) {
        int stacks = 1 + random.nextInt(3);
        int minHeight = 1 + random.nextInt(3);
        Service service = Samples.service("webapp", stacks, minHeight, 1).withVersions(list(random, minHeight));
        List<Endpoint> endpoints = new ArrayList<>();
        for (int position = 0; position < minHeight; position++) {
            if (position == 0 || random.nextBoolean()) {
                endpoints.add(Samples.endpoint("at" + position, "webapp", position, 8000 + position));
            }
        }
        return World.of(List.of(behaving(random, service)), endpoints, Samples.hosts(stacks + random.nextInt(2)));
    }

    /** What users may do to a service, its endpoints and its hosts. */
    private static World edited(Random random, World world) {
        Service service = world.service(WEBAPP);
        return switch (random.nextInt(10)) {
            case 0 -> world.declare(Samples.edited(service, 1 + random.nextInt(3), service.template(), false));
            case 1 -> world.declare(Samples.edited(service, service.stacks(), service.template(), true));
            case 2 ->
                world.available(
                        world.hosts().get(random.nextInt(world.hosts().size())).name(), Host.Availability.DRAIN);
            case 3, 4 -> world.declareEndpoints(moved(random, world, service.minHeight()));
            case 5 ->
                relisted(
                        random,
                        world.declare(
                                Samples.holding(service, new Service.Hold(true, List.of()), Service.Request.NONE)));
            default -> relisted(random, world);
        };
    }

    private static List<Endpoint> moved(Random random, World world, int height) {
        List<Endpoint> endpoints = new ArrayList<>(world.endpoints());
        switch (random.nextInt(3)) {
            case 0 -> endpoints.remove(random.nextInt(endpoints.size()));
            case 1 -> endpoints.add(Samples.endpoint("new", "webapp", random.nextInt(height), 9000));
            default -> {
                Endpoint old = endpoints.remove(random.nextInt(endpoints.size()));
                endpoints.add(Samples.endpoint(old.key().name(), "webapp", random.nextInt(height), old.port()));
            }
        }
        return endpoints;
    }

    private static World relisted(Random random, World world) {
        for (int tries = 0; tries < 100; tries++) {
            World other =
                    world.declare(WEBAPP, list(random, world.service(WEBAPP).minHeight()));
            if (!Constraints.blocksChange(
                    Constraints.check(other.desired(WEBAPP), other.proxy().live()))) {
                return other;
            }
        }
        return world;
    }

    /** What fate may do to a container. */
    private static World damaged(Random random, World world) {
        List<Owner> owners = world.engines().values().stream()
                .flatMap(engine -> engine.boxes().keySet().stream())
                .toList();
        if (owners.isEmpty() || random.nextInt(3) > 0) {
            return world;
        }
        Owner owner = owners.get(random.nextInt(owners.size()));
        String host = world.engines().entrySet().stream()
                .filter(engine -> engine.getValue().boxes().containsKey(owner))
                .findFirst()
                .orElseThrow()
                .getKey();
        return world.engine(
                host, engine -> random.nextBoolean() ? engine.lost(owner) : engine.living(owner, Life.DEAD));
    }

    private static Foresight.Course foresee(Engine engine, World edited, Instant now) throws PortException {
        return Objects.requireNonNull(engine.foresee(List.of(WEBAPP), desired -> asIn(edited, desired), now)
                .get(WEBAPP));
    }

    private static Desired asIn(World edited, Desired now) {
        return new Desired(
                now.key(),
                edited.services().get(WEBAPP),
                now.stacks(),
                edited.desired(WEBAPP).around());
    }

    @Test
    void a_run_does_what_the_plan_says_and_planning_changes_nothing() throws PortException {
        Set<String> verbs = new HashSet<>();
        int changes = 0;
        for (long seed = 0; seed < WORLDS; seed++) {
            Random random = new Random(seed);
            World nothing = nothingYet(random);
            Instant now = Instant.parse("2026-01-01T00:00:00Z");
            Run first = new Run(nothing, now);
            if (random.nextInt(5) > 0) {
                first.settle();
            }
            World before = damaged(random, first.ports.world());
            World after = edited(random, before);

            Untouched oracle = new Untouched(new FakePorts(before));
            Engine planning = new Engine(oracle, oracle, oracle, new InTurn());
            Foresight.Course course = foresee(planning, after, first.now);
            assertThat(oracle.touched())
                    .as("seed %s: calls that change something", seed)
                    .isEmpty();
            assertThat(oracle.world()).as("seed %s", seed).isEqualTo(before.prepared());

            List<Set<String>> planned =
                    course.passes().stream().map(PlanIsRunTest::lines).toList();
            Run second = new Run(after, first.now);
            assertThat(second.settle()).as("seed %s: run as planned", seed).isEqualTo(planned);
            course.actions().forEach(action -> verbs.add(verb(action)));
            changes += planned.isEmpty() ? 0 : 1;
            Foresight.Course again = foresee(second.engine, second.ports.world(), second.now);
            assertThat(again.actions())
                    .as("seed %s: nothing is left to do", seed)
                    .isEmpty();
        }
        assertThat(changes).as("worlds in which there was something to do").isGreaterThan(WORLDS / 2);
        assertThat(verbs)
                .as("kinds of actions that were planned and done")
                .contains(
                        "Pull",
                        "Start",
                        "Remove",
                        "Listen",
                        "Warm",
                        "Switch",
                        "CreateStack",
                        "DeleteStack",
                        "ReleaseStack",
                        "ReleaseService",
                        "BEGIN",
                        "COMMIT",
                        "PREPARE",
                        "FOLLOW",
                        "JOIN",
                        "HEAL");
    }

    private static String verb(Action action) {
        return action instanceof Action.Write write
                ? write.step().name()
                : action.getClass().getSimpleName();
    }

    @Test
    void the_oracle_notices_every_call_that_changes_something() throws PortException {
        World world = nothingYet(new Random(1));
        Untouched oracle = new Untouched(new FakePorts(world));
        Host host = world.hosts().get(0);
        Entry entry = new Entry(1, new Version("v0.1"), "image", 20000, Samples.TEMPLATE);
        oracle.pull(host, "image");
        oracle.start(host, new Owner(WEBAPP, 0, 1), entry);
        oracle.remove(host, "id", 1);
        oracle.listen(java.util.Map.of());
        oracle.warm(java.util.Map.of());
        oracle.commit(world.proxyView(), dev.cairn.core.model.RouteTable.EMPTY);
        oracle.releaseService(WEBAPP);
        assertThat(oracle.touched())
                .containsExactly("pull", "start", "remove", "listen", "warm", "commit", "releaseService");
        assertThat(FakeHost.EMPTY.boxes()).isEmpty();
    }
}
