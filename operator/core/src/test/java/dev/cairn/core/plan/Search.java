package dev.cairn.core.plan;

import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
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
    private static final int NOTHING = 0;

    /**
     * How far to look.
     *
     * @param lists what may be declared
     * @param edits how often
     * @param deaths how many containers may die
     * @param bad versions whose containers exit instead of becoming healthy
     * @param held the kinds of calls that an operator may hold
     */
    record Bounds(
            List<List<Version>> lists, int edits, int deaths, Set<Version> bad, Set<Class<? extends Action>> held) {}

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
        DEATH,
        EDIT
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
    private record State(int world, int edits, int deaths, int held) {}

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
    private final Map<Integer, List<Edge>> deaths = new HashMap<>();
    private final Map<Integer, List<Edge>> edits = new HashMap<>();
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
            reach(new State(worlds.of(first), bounds.edits, bounds.deaths, NOTHING), -1, "");
            for (int at = 0; at < states.size(); at++) {
                expand(at);
            }
            found = new Cycles(ways, worlds.size()).find();
        } catch (Stop stop) {
            found = Optional.of(stop.found);
        }
        return new Result(worlds.size(), states.size(), transitions, found);
    }

    // ---- states

    private void expand(int at) {
        State state = states.get(at);
        ways(at, state.world).forEach(edge -> follow(at, state, edge, state.edits, state.deaths));
        if (state.deaths > 0) {
            deaths.computeIfAbsent(state.world, w -> fate(w, Kind.DEATH, Life.STARTING, Life.HEALTHY))
                    .forEach(edge -> follow(at, state, edge, state.edits, state.deaths - 1));
        }
        if (state.edits > 0) {
            edits.computeIfAbsent(state.world, this::editsOf)
                    .forEach(edge -> follow(at, state, edge, state.edits - 1, state.deaths));
        }
        if (state.held != NOTHING) {
            String text = calls.get(state.held).toString();
            reach(new State(state.world, state.edits, state.deaths, NOTHING), at, "NEVER " + text);
            reach(new State(perform(at, state), state.edits, state.deaths, NOTHING), at, "LATE " + text);
        }
    }

    private void follow(int at, State state, Edge edge, int editsLeft, int deathsLeft) {
        if (edge.kind == Kind.HOLD) {
            if (state.held == NOTHING) {
                reach(new State(edge.world, editsLeft, deathsLeft, edge.held), at, edge.label);
            }
            return;
        }
        int held = state.held == NOTHING
                ? NOTHING
                : calls.get(state.held)
                        .after(edge.effects, worlds.get(edge.world))
                        .map(calls::of)
                        .orElse(NOTHING);
        reach(new State(edge.world, editsLeft, deathsLeft, held), at, edge.label);
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
        check(at, "LATE " + held, before, held.action(), after, held.silent());
        int result = worlds.of(NormalForm.of(after, service));
        late.put(key, result);
        return result;
    }

    // ---- worlds

    /** What leads on from a world without faults and users: actions, and containers that come up. */
    private List<Edge> ways(int at, int id) {
        List<Edge> known = ways.get(id);
        if (known != null) {
            return known;
        }
        World world = worlds.get(id);
        World looked = world.prepared();
        List<Edge> edges = new ArrayList<>();
        for (Action action : plan(looked)) {
            World after = Acts.perform(looked, action).world();
            check(at, action.text(), world, action, after, Set.of());
            edges.add(edge(Kind.ACT, action.text(), NOTHING, world, after, action instanceof Action.Switch));
            if (bounds.held.contains(action.getClass())) {
                int held = calls.of(Held.of(action, world));
                edges.add(edge(Kind.HOLD, "HOLD " + action.what(), held, world, looked, false));
            }
        }
        edges.addAll(fate(id, Kind.STARTUP, Life.STARTING));
        if (edges.isEmpty()) {
            checker.end(world).ifPresent(violation -> {
                throw stop(violation, at, "");
            });
        }
        ways.put(id, edges);
        return edges;
    }

    private Edge edge(Kind kind, String label, int held, World before, World after, boolean switched) {
        boolean looked = kind == Kind.ACT || kind == Kind.HOLD;
        Held.Effects effects = Held.Effects.of(before, after, looked, switched, service);
        return new Edge(kind, label, held, effects, worlds.of(NormalForm.of(after, service)));
    }

    private List<Edge> fate(int id, Kind kind, Life... lives) {
        World world = worlds.get(id);
        List<Edge> edges = new ArrayList<>();
        world.engines()
                .forEach((host, engine) -> engine.boxes().forEach((owner, box) -> {
                    if (List.of(lives).contains(box.life()) && NormalForm.matters(world, owner)) {
                        boolean dies = kind == Kind.DEATH
                                || bounds.bad.contains(box.entry().version());
                        Life life = dies ? Life.DEAD : Life.HEALTHY;
                        World after = world.engine(host, e -> e.living(owner, life));
                        edges.add(
                                edge(kind, "FATE " + owner.containerName() + " " + life, NOTHING, world, after, false));
                    }
                }));
        return edges;
    }

    private List<Edge> editsOf(int id) {
        World world = worlds.get(id);
        return bounds.lists.stream()
                .filter(list -> !list.equals(world.service(service).versions()))
                .map(list ->
                        edge(Kind.EDIT, "USER declares " + list, NOTHING, world, world.declare(service, list), false))
                .toList();
    }

    private List<Action> plan(World looked) {
        Map<String, HostView> views = new HashMap<>();
        looked.engines().keySet().forEach(host -> views.put(host, looked.view(host)));
        return planner.plan(looked.desired(service), new Observed(views, looked.proxyView(), Timers.NONE), NOW)
                .actions();
    }

    // ---- what must hold

    private void check(int at, String by, World before, Action action, World after, Set<Owner> excused) {
        checker.act(before, action, after, excused, false)
                .or(() -> checker.state(after, declaredEver))
                .ifPresent(violation -> {
                    throw stop(violation, at, by);
                });
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
