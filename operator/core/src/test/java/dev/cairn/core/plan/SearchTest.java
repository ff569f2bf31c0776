package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action.Remove;
import dev.cairn.core.plan.Action.Start;
import dev.cairn.core.plan.Action.Switch;
import dev.cairn.core.plan.Action.Warm;
import dev.cairn.core.plan.Action.Write;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Protocol, addition 9: the planner is the model. */
@Execution(ExecutionMode.CONCURRENT)
class SearchTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Set<Class<? extends Action>> CALLS =
            Set.of(Write.class, Switch.class, Remove.class, Start.class, Warm.class);

    /** Converged, with all images on all hosts: a pull can only add to the states, not to what may happen. */
    static World converged(int stacks, int... minors) {
        return converged(stacks, UnaryOperator.identity(), minors);
    }

    private static World converged(int stacks, UnaryOperator<Service> behaviour, int... minors) {
        int height = minors.length;
        List<Endpoint> endpoints = new ArrayList<>();
        for (int position = 0; position < height; position++) {
            endpoints.add(Samples.endpoint("at" + position, "webapp", position, 8000 + position));
        }
        Service service = behaviour.apply(Samples.service("webapp", stacks, height, minors));
        World world = World.of(List.of(service), endpoints, Samples.hosts(stacks));
        Passes passes = new Passes(world, WEBAPP);
        passes.settle();
        world = passes.world();
        assertThat(new Checker(WEBAPP).end(world)).isEmpty();
        for (String host : world.engines().keySet()) {
            for (int minor = 1; minor <= 4; minor++) {
                String image = "registry.example.com/webapp:v0." + minor;
                world = world.engine(host, e -> e.withImage(image, Samples.pinned(image)));
            }
        }
        return world.proxy(world.proxy().numbered(0, 0));
    }

    private static World unrouted() {
        Passes passes = new Passes(converged(2, 1, 2).declareEndpoints(List.of()), WEBAPP);
        passes.settle();
        return passes.world().proxy(passes.world().proxy().numbered(0, 0));
    }

    private static List<List<Version>> lists(int[]... minors) {
        List<List<Version>> lists = new ArrayList<>();
        for (int[] list : minors) {
            lists.add(Samples.versions(list));
        }
        return lists;
    }

    private static final List<List<Version>> TWO = lists(new int[] {1, 2}, new int[] {2, 3});
    private static final List<List<Version>> BACK = lists(new int[] {1, 2}, new int[] {2, 3}, new int[] {1, 2, 3});
    private static final List<List<Version>> THREE = lists(new int[] {1, 2}, new int[] {2, 3}, new int[] {1, 3});

    private static Search.Result search(String what, Set<Guard> guards, Search.Bounds bounds) {
        Search.Result result = new Search(WEBAPP, new Planner(guards), bounds).run(converged(2, 1, 2));
        System.out.printf(
                "%s: %d worlds, %d states, %d transitions%n",
                what, result.worlds(), result.states(), result.transitions());
        return result;
    }

    private static void nothingIsBroken(String what, Search.Bounds bounds) {
        assertThat(search(what, EnumSet.allOf(Guard.class), bounds).found())
                .as(what)
                .isEmpty();
    }

    @Test
    void two_edits_and_a_death_at_any_moment_break_nothing() {
        nothingIsBroken("2 edits, 1 death", new Search.Bounds(TWO, 2, 1, Set.of(), Set.of()));
    }

    @Test
    void two_edits_and_a_call_of_any_age_break_nothing() {
        nothingIsBroken("2 edits, any late call", new Search.Bounds(TWO, 2, 0, Set.of(), CALLS));
    }

    @Test
    void two_edits_of_a_version_that_never_runs_and_a_call_of_any_age_break_nothing() {
        Set<Version> bad = Set.copyOf(Samples.versions(3));
        nothingIsBroken("2 edits, bad version, any late call", new Search.Bounds(TWO, 2, 0, bad, CALLS));
    }

    @Test
    void two_deaths_and_a_call_of_any_age_break_nothing() {
        nothingIsBroken("2 deaths, any late switch", new Search.Bounds(TWO, 0, 2, Set.of(), Set.of(Switch.class)));
    }

    @Test
    void two_edits_of_a_service_that_keeps_what_it_pops_and_a_call_of_any_age_break_nothing() {
        Search.Bounds bounds = new Search.Bounds(BACK, 2, 0, Set.of(), CALLS);
        Search.Result result = new Search(WEBAPP, new Planner(EnumSet.allOf(Guard.class)), bounds)
                .run(converged(2, service -> Samples.retaining(service, 1), 1, 2));
        System.out.printf("2 edits, retained, any late call: %d states%n", result.states());
        assertThat(result.found()).isEmpty();
    }

    private static void withStrategy(Service.StrategyType type, Search.Bounds bounds) {
        Search.Result result = new Search(WEBAPP, new Planner(EnumSet.allOf(Guard.class)), bounds)
                .run(converged(2, service -> Samples.following(service, type), 1, 2));
        System.out.printf(
                "%s, %d edits, %d deaths: %d states, %d transitions%n",
                type,
                bounds.faults().get(Fault.EDIT),
                bounds.faults().get(Fault.DEATH),
                result.states(),
                result.transitions());
        assertThat(result.found()).as("%s", type).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Service.StrategyType.class,
            names = {"ROLLBACK_ON_FAILURE", "BEST_EFFORT"})
    void other_strategies_break_nothing(Service.StrategyType type) {
        Set<Version> bad = Set.copyOf(Samples.versions(3));
        withStrategy(type, new Search.Bounds(TWO, 1, 1, Set.of(), Set.of()));
        withStrategy(type, new Search.Bounds(TWO, 2, 0, bad, Set.of(Switch.class)));
    }

    @Test
    void everything_at_once_breaks_nothing() {
        Assumptions.assumeTrue("full".equals(System.getProperty("cairn.search")), "only with -Dcairn.search=full");
        nothingIsBroken("3 lists, 2 edits, late calls", new Search.Bounds(THREE, 2, 0, Set.of(), CALLS));
        nothingIsBroken("1 edit, 1 death, late calls", new Search.Bounds(TWO, 1, 1, Set.of(), CALLS));
        nothingIsBroken("2 edits, 1 death, late calls", new Search.Bounds(TWO, 2, 1, Set.of(), CALLS));
    }

    /** Each guard is needed: without it something breaks, and this does. */
    @ParameterizedTest
    @CsvSource({
        "M1_CHANGE_NUMBER, 2, 0, I3",
        "M2_ABANDON_COUNTS, 2, 0, I3",
        "M3_STAMPS, 0, 2, I4",
        "M5_MOVE_TOGETHER, 1, 1, I1",
        "M7_FOLLOW_BEFORE_BEGIN, 2, 0, I3",
        "M8_NOT_IN_A_ROW, 1, 1, I4"
    })
    void without_a_guard_something_breaks(Guard guard, int edits, int deaths, String invariant) {
        Search.Bounds bounds = new Search.Bounds(THREE, edits, deaths, Set.of(), Set.of(Switch.class));
        // Where there are routes, what the proxy must have seen up stands in for M1.
        World start = guard == Guard.M1_CHANGE_NUMBER ? unrouted() : converged(2, 1, 2);
        Search.Result result =
                new Search(WEBAPP, new Planner(EnumSet.complementOf(EnumSet.of(guard))), bounds).run(start);
        System.out.printf("without %s: %d states%n", guard, result.states());
        assertThat(result.found()).as("without %s", guard).isPresent();
        assertThat(result.found().orElseThrow().violation()).startsWith(invariant);
    }
}
