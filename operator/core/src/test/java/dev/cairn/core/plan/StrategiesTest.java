package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Service.StrategyType;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** F21: v0.4 is pushed onto four stacks, and on the third it exits. Each strategy keeps its promise. F46 likewise. */
class StrategiesTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Predicate<Owner> THIRD = owner -> owner.stack() == 2 && owner.n() > 3;
    private static final List<Version> OLD = Samples.versions(1, 2, 3);
    private static final List<Version> NEW = Samples.versions(2, 3, 4);

    private static Passes pushed(StrategyType type, Duration canary, Predicate<Owner> doomed) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int position = 0; position < 3; position++) {
            endpoints.add(Samples.endpoint("at" + position, "webapp", position, 8000 + position));
        }
        Service plain = Samples.service("webapp", 4, 3, 1, 2, 3);
        Service service = Samples.behaving(
                plain,
                plain.placement(),
                plain.promotion(),
                new Service.Strategy(Duration.ofSeconds(600), Duration.ZERO, Duration.ofSeconds(30), type, canary),
                Service.Retain.NOTHING);
        Passes passes = new Passes(World.of(List.of(service), endpoints, Samples.hosts(4)), WEBAPP);
        passes.settle();
        passes.doom(doomed);
        passes.change(w -> w.declare(WEBAPP, NEW));
        return passes;
    }

    private static Passes pushed(StrategyType type) {
        return pushed(type, Duration.ZERO, THIRD);
    }

    private static List<Version> committed(Passes passes, int ordinal) {
        return stack(passes, ordinal).containers().stream().map(Entry::version).toList();
    }

    private static ServiceStack stack(Passes passes, int ordinal) {
        return Objects.requireNonNull(passes.world().stacks().get(Samples.key("webapp-stack" + ordinal)));
    }

    /** Which containers answer at the lowest position, by stack. */
    private static List<String> production(Passes passes) {
        return Objects.requireNonNull(passes.world().proxy().live().rows().get(new RouteKey(8000))).backends().stream()
                .map(backend -> backend.owner().containerName())
                .toList();
    }

    private static List<String> lines(List<String> done, String verb) {
        return done.stream().filter(line -> line.startsWith(verb + " ")).toList();
    }

    private static void allAsBefore(Passes passes) {
        for (int ordinal = 0; ordinal < 4; ordinal++) {
            assertThat(committed(passes, ordinal)).isEqualTo(OLD);
            assertThat(stack(passes, ordinal).containers()).extracting(Entry::n).containsExactly(1, 2, 3);
        }
        assertThat(production(passes))
                .containsExactly(
                        "webapp-stack0-app1", "webapp-stack1-app1", "webapp-stack2-app1", "webapp-stack3-app1");
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
    }

    @Test
    void commit_at_end_starts_it_everywhere_and_shows_it_nowhere() {
        Passes passes = pushed(StrategyType.COMMIT_AT_END);
        List<String> done = passes.settle();
        assertThat(lines(done, "start")).hasSize(4);
        assertThat(done).noneMatch(line -> line.startsWith("switch 8") || line.startsWith("commit"));
        assertThat(lines(done, "abandon"))
                .singleElement()
                .asString()
                .contains("webapp-stack2-app4 v0.4 on docker03 exits with code 137");
        allAsBefore(passes);
    }

    @Test
    void rollback_on_failure_goes_stack_by_stack_and_takes_all_of_them_back() {
        Passes passes = pushed(StrategyType.ROLLBACK_ON_FAILURE);
        TreeSet<String> mixed = new TreeSet<>();
        List<String> done = new ArrayList<>();
        for (int pass = 0; pass < 40; pass++) {
            done.addAll(passes.pass());
            passes.startup();
            mixed.add(String.join(" ", production(passes)));
        }
        assertThat(mixed)
                .contains(
                        "webapp-stack0-app2 webapp-stack1-app1 webapp-stack2-app1 webapp-stack3-app1",
                        "webapp-stack0-app2 webapp-stack1-app2 webapp-stack2-app1 webapp-stack3-app1");
        assertThat(lines(done, "start")).as("the fourth stack is never touched").hasSize(3);
        assertThat(lines(done, "commit")).isEmpty();
        allAsBefore(passes);
    }

    @Test
    void rollback_on_failure_commits_when_nothing_fails() {
        Passes passes = pushed(StrategyType.ROLLBACK_ON_FAILURE, Duration.ZERO, owner -> false);
        List<String> done = passes.settle();
        assertThat(lines(done, "commit")).hasSize(1);
        assertThat(committed(passes, 3)).isEqualTo(NEW);
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
        List<Integer> order = lines(done, "start").stream()
                .map(line -> Integer.parseInt(line.replaceAll(".*-stack(\\d).*", "$1")))
                .toList();
        assertThat(order).containsExactly(0, 1, 2, 3);
    }

    @Test
    void best_effort_goes_on_without_it_and_mends_it_afterwards() {
        Passes passes = pushed(StrategyType.BEST_EFFORT);
        List<String> seen = new ArrayList<>();
        for (int pass = 0; pass < 12; pass++) {
            passes.pass();
            passes.startup();
            seen.add(committed(passes, 0) + " " + stack(passes, 2).containers());
        }
        assertThat(committed(passes, 0)).isEqualTo(NEW);
        assertThat(committed(passes, 2)).isEqualTo(NEW);
        assertThat(new Checker(WEBAPP).end(passes.world()))
                .as("one container is dead")
                .isPresent();
        assertThat(Objects.requireNonNull(passes.world().proxy().live().rows().get(new RouteKey(8002)))
                        .backends())
                .extracting(backend -> backend.owner().stack())
                .containsExactly(0, 1, 3);
        passes.doom(owner -> false);
        passes.later(600);
        passes.settle();
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
    }

    /** Also where nothing new stands: v0.2 moves down, and dies on every stack before the change is committed. */
    @Test
    void best_effort_leaves_no_position_to_nobody() {
        Passes passes = pushed(StrategyType.BEST_EFFORT, Duration.ZERO, owner -> false);
        for (int i = 0; i < 4; i++) {
            passes.pass();
        }
        passes.startup();
        // Else the proxy, which has not seen the pools up that are left, would hold the change up as well.
        passes.change(w -> w.declareEndpoints(List.of()));
        assertThat(passes.plan().text()).anyMatch(line -> line.startsWith("commit "));
        for (int stack = 0; stack < 4; stack++) {
            passes.live(new Owner(WEBAPP, stack, 2), Life.DEAD);
        }
        assertThat(passes.plan().text())
                .anyMatch(line -> line.startsWith("heal webapp-stack0"))
                .noneMatch(line -> line.startsWith("commit "));
    }

    @Test
    void best_effort_gives_up_when_no_stack_has_it() {
        Passes passes = pushed(StrategyType.BEST_EFFORT, Duration.ZERO, owner -> owner.n() > 3);
        List<String> done = passes.settle();
        assertThat(lines(done, "abandon")).hasSize(1);
        allAsBefore(passes);
    }

    @Test
    void F46_the_first_stack_serves_alone_for_a_while_and_a_bad_version_touches_no_other() {
        Passes good = pushed(StrategyType.ROLLBACK_ON_FAILURE, Duration.ofSeconds(60), owner -> false);
        List<String> done = new ArrayList<>();
        for (int pass = 0; pass < 20; pass++) {
            done.addAll(good.pass());
            good.startup();
        }
        assertThat(lines(done, "start")).hasSize(1);
        assertThat(production(good)).first().isEqualTo("webapp-stack0-app2");
        assertThat(good.plan().waits())
                .extracting(Plan.Wait::message)
                .contains("Stack default/webapp-stack0 serves the new list alone until it has been healthy for 60 s");
        good.later(61);
        good.settle();
        assertThat(committed(good, 3)).isEqualTo(NEW);

        Passes bad = pushed(StrategyType.ROLLBACK_ON_FAILURE, Duration.ofSeconds(60), owner -> false);
        for (int pass = 0; pass < 20; pass++) {
            bad.pass();
            bad.startup();
        }
        bad.live(new Owner(WEBAPP, 0, 4), dev.cairn.core.port.FakeHost.Life.DEAD);
        done = bad.settle();
        assertThat(done).noneMatch(line -> line.contains("webapp-stack1-app4"));
        allAsBefore(bad);
    }
}
