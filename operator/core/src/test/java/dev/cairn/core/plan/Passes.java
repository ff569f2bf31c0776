package dev.cairn.core.plan;

import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A world and an operator that makes whole passes over it, without faults: all that is planned is done in order. */
final class Passes {
    private final ObjectKey service;
    private final Planner planner = new Planner();
    private World world;
    private Timers timers = Timers.NONE;
    private Predicate<Owner> doomed = owner -> false;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    Passes(World world, ObjectKey service) {
        this.world = world;
        this.service = service;
    }

    World world() {
        return world;
    }

    /** Lets users or fate change the world. */
    void change(UnaryOperator<World> change) {
        world = change.apply(world);
    }

    /** Lets time pass. */
    void later(long seconds) {
        now = now.plusSeconds(seconds);
    }

    /** From now on these containers exit instead of becoming healthy. */
    void doom(Predicate<Owner> which) {
        doomed = which;
    }

    /** Every container that starts is healthy now, or has exited. */
    void startup() {
        for (String host : world.engines().keySet()) {
            for (Owner owner : world.engine(host).boxes().keySet()) {
                if (world.box(owner).orElseThrow().life() == Life.STARTING) {
                    live(owner, doomed.test(owner) ? Life.DEAD : Life.HEALTHY);
                }
            }
        }
    }

    /** Puts a container into another state. */
    void live(Owner owner, Life life) {
        for (String host : world.engines().keySet()) {
            if (world.engine(host).boxes().containsKey(owner)) {
                world = world.engine(host, e -> e.living(owner, life));
            }
        }
    }

    /** What would be done now. */
    Plan plan() {
        return planner.plan(world.prepared().desired(service), observed(), now);
    }

    /** All that would be done from now on. */
    Foresight.Course course() {
        return Foresight.of(world.prepared().desired(service), observed(), now);
    }

    private Observed observed() {
        World looked = world.prepared();
        Map<String, HostView> views = new HashMap<>();
        looked.hosts().forEach(host -> views.put(host.name(), looked.view(host.name())));
        timers = timers.observe(looked.desired(service), views, looked.proxyView(), now);
        return new Observed(views, looked.proxyView(), timers);
    }

    /** One pass; what was planned. */
    List<String> pass() {
        Plan plan = plan();
        world = world.prepared();
        for (Action action : plan.actions()) {
            World.Result result = Acts.perform(world, action);
            world = result.world();
            if (result.done() && action instanceof Action.Write write && write.step() == Action.Step.HEAL) {
                timers = timers.healed(write.after().key(), now, write.cause());
            }
            if (result.done() && action instanceof Action.Write write && write.step() == Action.Step.ABANDON) {
                timers = timers.changeFailed(world.desired(service), now, write.cause());
            }
        }
        return plan.text();
    }

    /** Passes until nothing is planned any more; what starts is healthy at once. One empty line between passes. */
    List<String> settle() {
        List<String> all = new ArrayList<>();
        for (int pass = 0; pass < 60; pass++) {
            List<String> done = pass();
            startup();
            if (done.isEmpty()) {
                return all;
            }
            if (pass > 0) {
                all.add("");
            }
            all.addAll(done);
        }
        throw new AssertionError("the plans do not end:\n" + String.join("\n", all));
    }
}
