package dev.cairn.core.plan;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An operator that makes one call at a time, so that everything else can happen between any two of them: the reads of a
 * pass in their order, then its actions in any order.
 */
final class Operator {
    private final ObjectKey service;
    private final Planner planner;
    private final Random random;
    private Timers timers = Timers.NONE;
    private Plan lastPlan = new Plan(List.of(), List.of(), null, List.of());
    private final Deque<Host> unseen = new ArrayDeque<>();
    private final Map<String, HostView> seen = new HashMap<>();
    private @Nullable ProxyView proxy;
    private final Deque<Action> todo = new ArrayDeque<>();
    private final Set<Owner> troubled = new HashSet<>();

    Operator(ObjectKey service, Planner planner, Random random) {
        this.service = service;
        this.planner = planner;
        this.random = random;
    }

    /** The world after one call, and the action if the call was one. */
    record Step(World world, @Nullable Action action) {}

    /** What the last pass that got so far has planned. */
    Plan lastPlan() {
        return lastPlan;
    }

    /** Containers that did not answer in a row, or that were on a host that did not, at some moment since the pass began. */
    Set<Owner> troubled() {
        return troubled;
    }

    /** To be told after every step of anybody. */
    void watch(World world) {
        world.proxy().live().rows().values().stream()
                .flatMap(row -> row.backends().stream())
                .filter(backend -> !world.answers(backend))
                .forEach(backend -> troubled.add(backend.owner()));
        world.engines().values().stream()
                .filter(engine -> !engine.reachable())
                .forEach(engine -> troubled.addAll(engine.boxes().keySet()));
    }

    boolean betweenPasses() {
        return proxy == null && todo.isEmpty();
    }

    /** Whether it has planned calls that it has not made yet. */
    boolean acting() {
        return !todo.isEmpty();
    }

    /** Forgets everything, in the middle of whatever it does. */
    void crash() {
        timers = Timers.NONE;
        proxy = null;
        unseen.clear();
        seen.clear();
        todo.clear();
    }

    Step step(World world, Instant now) {
        if (!todo.isEmpty()) {
            return act(world, todo.remove(), now);
        }
        if (proxy == null) {
            troubled.clear();
            watch(world);
            World after = world.prepared();
            proxy = after.proxyView();
            unseen.addAll(shuffled(world.hosts()));
            return new Step(after, null);
        }
        if (!unseen.isEmpty()) {
            Host host = unseen.remove();
            seen.put(host.name(), world.view(host.name()));
            return new Step(world, null);
        }
        Desired desired = world.desired(service);
        timers = timers.observe(desired, seen, proxy, now);
        lastPlan = planner.plan(desired, new Observed(seen, proxy, timers), now);
        todo.addAll(shuffled(lastPlan.actions()));
        proxy = null;
        seen.clear();
        return new Step(world, null);
    }

    private Step act(World world, Action action, Instant now) {
        if (action instanceof Action.Start start && mustRest(world, start)) {
            todo.addFirst(start);
            return new Step(world.rest(start.owner()).world(), null);
        }
        World.Result result = Acts.perform(world, action);
        if (action instanceof Action.Start start && world.proxy().resting().contains(start.owner())) {
            todo.addFirst(new Action.Wake(start.owner(), "it was started"));
        }
        if (result.done() && action instanceof Action.Switch change) {
            timers = timers.switched(service, change.table());
        } else if (result.done() && action instanceof Action.Write write) {
            if (write.step() == Action.Step.HEAL) {
                timers = timers.healed(write.after().key(), now, write.cause());
            } else if (write.step() == Action.Step.ABANDON && write.after().failedGeneration() != null) {
                timers = timers.changeFailed(world.desired(service), now, write.cause());
            }
        }
        return new Step(result.world(), action);
    }

    private static boolean mustRest(World world, Action.Start start) {
        return !world.rest(start.owner()).world().equals(world);
    }

    private <T> List<T> shuffled(List<T> things) {
        List<T> shuffled = new ArrayList<>(things);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }
}
