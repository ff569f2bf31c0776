package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action.Remove;
import dev.cairn.core.plan.Action.Start;
import dev.cairn.core.plan.Action.Switch;
import dev.cairn.core.plan.Action.Write;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Protocol, addition 9: the planner is the model. */
class SearchTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Set<Class<? extends Action>> CALLS =
            Set.of(Write.class, Switch.class, Remove.class, Start.class);

    static World converged(int stacks, int... minors) {
        int height = minors.length;
        List<Endpoint> endpoints = new ArrayList<>();
        for (int position = 0; position < height; position++) {
            endpoints.add(Samples.endpoint("at" + position, "webapp", position, 8000 + position));
        }
        World world =
                World.of(List.of(Samples.service("webapp", stacks, height, minors)), endpoints, Samples.hosts(stacks));
        for (int pass = 0; pass < 50; pass++) {
            world = pass(world);
        }
        assertThat(new Checker(WEBAPP).end(world)).isEmpty();
        return world.proxy(world.proxy().numbered(0, 0));
    }

    private static World pass(World before) {
        World world = before.prepared();
        Map<String, HostView> views = new HashMap<>();
        for (String host : world.engines().keySet()) {
            views.put(host, world.view(host));
        }
        Plan plan = new Planner()
                .plan(world.desired(WEBAPP), new Observed(views, world.proxyView(), Timers.NONE), Instant.EPOCH);
        for (Action action : plan.actions()) {
            world = Acts.perform(world, action).world();
        }
        for (String host : world.engines().keySet()) {
            for (var owner : world.engine(host).boxes().keySet()) {
                if (world.box(owner).orElseThrow().life() == Life.STARTING) {
                    world = world.engine(host, e -> e.living(owner, Life.HEALTHY));
                }
            }
        }
        return world;
    }

    private static List<List<Version>> lists(int[]... minors) {
        List<List<Version>> lists = new ArrayList<>();
        for (int[] list : minors) {
            lists.add(Samples.versions(list));
        }
        return lists;
    }

    @Test
    void two_edits_one_death_and_any_late_call_break_nothing() {
        Search.Bounds bounds = new Search.Bounds(lists(new int[] {1, 2}, new int[] {2, 3}), 2, 1, Set.of(), CALLS);
        Search.Result result = new Search(WEBAPP, new Planner(), bounds).run(converged(2, 1, 2));
        System.out.println(result);
        assertThat(result.found()).isEmpty();
    }
}
