package dev.cairn.core.plan;

import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.FakeHost;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Explicit-state search over the real planner: every world that can be reached by any schedule of planned actions,
 * edits, deaths and starts, breadth first. An operator may hold one planned call of any age and make it later: that is
 * a crash before or after the call, a slow call, and a second operator at once. The {@link Checker} sees every step.
 */
final class Search {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofHours(1));
    private static final int NOTHING = 0;
    private static final int BITS = 2;

    /**
     * How far to look.
     *
     * @param lists what may be declared
     * @param counts how many stacks may be declared
     * @param faults how often each may happen, at most 3 times
     * @param bad versions whose containers exit instead of becoming healthy
     * @param held the kinds of calls that an operator may hold; of a start also its second half
     * @param compareAndSet whether a write and a switch that rest on an old look are refused; they are
     */
    record Bounds(
            List<List<Version>> lists,
            List<Integer> counts,
            Map<Fault, Integer> faults,
            Set<Version> bad,
            Set<Class<? extends Action>> held,
            boolean compareAndSet) {
        Bounds(List<List<Version>> lists, int edits, int deaths, Set<Version> bad, Set<Class<? extends Action>> held) {
            this(lists, List.of(), Map.of(Fault.EDIT, edits, Fault.DEATH, deaths), bad, held, true);
        }

        Bounds with(Fault fault, int times) {
            Map<Fault, Integer> more = new EnumMap<>(faults);
            more.put(fault, times);
            return new Bounds(lists, counts, more, bad, held, compareAndSet);
        }

        Bounds scaling(Integer... to) {
            return new Bounds(lists, List.of(to), faults, bad, held, compareAndSet).with(Fault.SCALE, to.length);
        }

        Bounds late() {
            return with(Fault.TIME, 1);
        }

        Bounds blind() {
            return new Bounds(lists, counts, faults, bad, held, false);
        }

        /** Whether so much time has passed that whoever does not answer is lost, and nothing is retained any more. */
        private boolean late(int budget) {
            return faults.containsKey(Fault.TIME) && (budget & (3 << (BITS * Fault.TIME.ordinal()))) == 0;
        }

        /** What is left of each fault, as one number. */
        private int budget() {
            int budget = 0;
            for (Map.Entry<Fault, Integer> fault : faults.entrySet()) {
                budget += fault.getValue() << (BITS * fault.getKey().ordinal());
            }
            return budget;
        }
    }

    /** A violation and a shortest way to it. */
    record Found(String violation, List<String> path) {
        @Override
        public String toString() {
            return violation + "\n  " + String.join("\n  ", path);
        }
    }

    /** What a search has seen. */
    record Result(int worlds, int states, long transitions, Optional<Found> found) {}

    enum Kind {
        /** An action, planned and done at once. */
        ACT,
        /** An action, planned and held. */
        HOLD,
        /** A container becomes healthy, or, of a bad version, exits. */
        STARTUP,
        FAULT
    }

    /**
     * A way out of a world, whoever is holding what.
     *
     * @param held what is held afterwards, where it was planned just now
     */
    record Edge(Kind kind, String label, int held, Held.Effects effects, int world) {
        /** Whether it needs no fault and no user. */
        boolean onward() {
            return kind == Kind.ACT || kind == Kind.STARTUP;
        }
    }

    /** A world, what may still happen, and what an operator holds. */
    private record State(int world, int budget, int held) {}

    private record Parent(int state, String by) {}

    /** Ends a search. */
    private static final class Stop extends RuntimeException {
        private final transient Found found;

        Stop(Found found) {
            super(found.violation, null, false, false);
            this.found = found;
        }
    }

    private final ObjectKey service;
    private final Planner planner;
    private final Bounds bounds;
    private final Checker checker;
    private final Set<List<Version>> declaredEver;
    private final Ids<World> worlds = new Ids<>();
    private final Ids<Held> calls = new Ids<>();
    private final Map<Integer, List<Edge>> ways = new HashMap<>();
    private final Map<Integer, List<Edge>> lateWays = new HashMap<>();
    private final Map<Fault, Map<Integer, List<Edge>>> faults = new EnumMap<>(Fault.class);
    private final Map<Integer, List<Edge>> returns = new HashMap<>();
    private final Map<Long, Integer> late = new HashMap<>();
    private final Ids<State> states = new Ids<>();
    private final List<Parent> parents = new ArrayList<>();
    private long transitions;

    Search(ObjectKey service, Planner planner, Bounds bounds) {
        this.service = service;
        this.planner = planner;
        this.bounds = bounds;
        this.checker = new Checker(service);
        this.declaredEver = new HashSet<>(bounds.lists);
        // The call with number NOTHING is none.
        calls.of(Held.plain(new Action.Listen(new TreeMap<>(), "")));
    }

    /** Looks at everything that can be reached, or stops at the first violation. */
    Result run(World start) {
        Optional<Found> found = Optional.empty();
        try {
            World first = NormalForm.of(start, service);
            reach(new State(worlds.of(first), bounds.budget(), NOTHING), -1, "");
            for (int at = 0; at < states.size(); at++) {
                expand(at);
            }
            found = new Cycles(ways, worlds.size()).find().or(() -> new Cycles(lateWays, worlds.size()).find());
        } catch (Stop stop) {
            found = Optional.of(stop.found);
        }
        return new Result(worlds.size(), states.size(), transitions, found);
    }

    // ---- states

    private void expand(int at) {
        State state = states.get(at);
        ways(at, state.world, bounds.late(state.budget)).forEach(edge -> follow(at, state, edge, state.budget));
        returns.computeIfAbsent(state.world, w -> fates(w, Fault.back(worlds.get(w))))
                .forEach(edge -> follow(at, state, edge, state.budget));
        for (Fault fault : Fault.values()) {
            int one = 1 << (BITS * fault.ordinal());
            if ((state.budget & (3 * one)) != 0) {
                faults.computeIfAbsent(fault, f -> new HashMap<>())
                        .computeIfAbsent(state.world, w -> fates(w, fault.on(worlds.get(w), service, bounds)))
                        .forEach(edge -> follow(at, state, edge, state.budget - one));
            }
        }
        if (state.held != NOTHING) {
            String text = calls.get(state.held).toString();
            reach(new State(state.world, state.budget, NOTHING), at, "NEVER " + text);
            reach(new State(perform(at, state), state.budget, NOTHING), at, "LATE " + text);
        }
    }

    private void follow(int at, State state, Edge edge, int budget) {
        if (edge.kind == Kind.HOLD) {
            if (state.held == NOTHING) {
                reach(new State(edge.world, budget, edge.held), at, edge.label);
            }
            return;
        }
        int held = state.held == NOTHING
                ? NOTHING
                : calls.get(state.held)
                        .after(edge.effects, worlds.get(edge.world), bounds.compareAndSet)
                        .map(calls::of)
                        .orElse(NOTHING);
        reach(new State(edge.world, budget, held), at, edge.label);
    }

    private void reach(State state, int from, String by) {
        transitions++;
        if (states.of(state) == parents.size()) {
            parents.add(new Parent(from, by));
        }
    }

    private int perform(int at, State state) {
        long key = ((long) state.world << 32) | state.held;
        Integer known = late.get(key);
        if (known != null) {
            return known;
        }
        World before = worlds.get(state.world);
        Held held = calls.get(state.held);
        World after = held.perform(before);
        check(at, "LATE " + held, before, held.action(), after, held.excuse());
        int result = worlds.of(NormalForm.of(after, service));
        late.put(key, result);
        return result;
    }

    // ---- worlds

    /** What leads on from a world without faults and users: actions, and containers that come up. */
    private List<Edge> ways(int at, int id, boolean late) {
        List<Edge> known = (late ? lateWays : ways).get(id);
        if (known != null) {
            return known;
        }
        World world = worlds.get(id);
        World looked = world.prepared();
        List<Edge> edges = new ArrayList<>();
        for (Action action : late ? planLate(looked) : plan(looked, Timers.NONE, NOW)) {
            World after = Acts.perform(looked, action).world();
            check(at, action.text(), world, action, after, Checker.Excuse.NONE);
            edges.add(edge(Kind.ACT, action.text(), NOTHING, world, after, action instanceof Action.Switch));
            if (bounds.held.contains(action.getClass())) {
                int held = calls.of(Held.of(action, world));
                edges.add(edge(Kind.HOLD, "HOLD " + action.what(), held, world, looked, false));
                if (action instanceof Action.Start start
                        && world.box(start.owner()).isEmpty()) {
                    half(start, world, after).ifPresent(edges::add);
                }
            }
        }
        edges.addAll(startups(id));
        boolean allAnswer = world.engines().values().stream().allMatch(FakeHost::reachable);
        if (edges.isEmpty() && allAnswer) {
            checker.end(world).ifPresent(violation -> {
                throw stop(violation, at, "");
            });
        }
        (late ? lateWays : ways).put(id, edges);
        return edges;
    }

    private Edge edge(Kind kind, String label, int held, World before, World after, boolean switched) {
        boolean looked = kind == Kind.ACT || kind == Kind.HOLD;
        Held.Effects effects = Held.Effects.of(before, after, looked, switched, kind == Kind.FAULT, service);
        return new Edge(kind, label, held, effects, worlds.of(NormalForm.of(after, service)));
    }

    /** A container that was created; the call that starts it is held. */
    private Optional<Edge> half(Action.Start start, World world, World started) {
        return started.box(start.owner()).map(box -> {
            World created = started.engine(start.host().name(), e -> e.living(start.owner(), Life.CREATED));
            int held = calls.of(Held.secondHalf(start));
            return edge(Kind.HOLD, "HALF " + start.what(), held, world, created, false);
        });
    }

    private List<Edge> startups(int id) {
        World world = worlds.get(id);
        List<Edge> edges = new ArrayList<>();
        world.engines()
                .forEach((host, engine) -> engine.boxes().forEach((owner, box) -> {
                    if (box.life() == Life.STARTING && NormalForm.matters(world, owner)) {
                        boolean dies = bounds.bad.contains(box.entry().version());
                        Life life = dies ? Life.DEAD : Life.HEALTHY;
                        World after = world.engine(host, e -> e.living(owner, life));
                        edges.add(edge(
                                Kind.STARTUP,
                                "FATE " + owner.containerName() + " " + life,
                                NOTHING,
                                world,
                                after,
                                false));
                    }
                }));
        return edges;
    }

    private List<Edge> fates(int id, List<Fault.Outcome> outcomes) {
        World world = worlds.get(id);
        return outcomes.stream()
                .map(outcome -> {
                    boolean switched =
                            outcome.world().proxy().current() != world.proxy().current();
                    return edge(Kind.FAULT, outcome.label(), NOTHING, world, outcome.world(), switched);
                })
                .toList();
    }

    private List<Action> planLate(World looked) {
        Map<String, Instant> lost = new HashMap<>();
        looked.engines().forEach((host, engine) -> {
            if (!engine.reachable()) {
                lost.put(host, NOW);
            }
        });
        return plan(
                looked,
                new Timers(lost, Map.of(), Map.of(), Map.of(), Map.of(), null, Map.of(), null, Set.of(), null),
                LATER);
    }

    private List<Action> plan(World looked, Timers timers, Instant now) {
        Map<String, HostView> views = new HashMap<>();
        looked.engines().keySet().forEach(host -> views.put(host, looked.view(host)));
        return planner.plan(looked.desired(service), new Observed(views, looked.proxyView(), timers), now)
                .actions();
    }

    // ---- what must hold

    private void check(int at, String by, World before, Action action, World after, Checker.Excuse excuse) {
        checker.act(before, action, after, excuse)
                .or(() -> checker.state(after, declaredEver))
                .or(() -> numbers(after))
                .ifPresent(violation -> {
                    throw stop(violation, at, by);
                });
    }

    /** Each edit and each fault may ask for a few containers more: whoever goes on asking does so without end. */
    private Optional<String> numbers(World world) {
        int highest = 4 + 4 * bounds.faults.values().stream().mapToInt(n -> n).sum();
        return world.stacks().values().stream()
                .filter(stack -> stack.lastContainer() > highest)
                .findFirst()
                .map(stack -> "I6: " + stack.key().name() + " starts containers without end");
    }

    private Stop stop(String violation, int at, String by) {
        List<String> path = new ArrayList<>();
        path.add(by);
        for (int state = at; state > 0; state = parents.get(state).state) {
            path.add(parents.get(state).by);
        }
        Collections.reverse(path);
        return new Stop(new Found(violation, path));
    }
}
