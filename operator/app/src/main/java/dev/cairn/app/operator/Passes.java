package dev.cairn.app.operator;

import dev.cairn.core.engine.Engine;
import dev.cairn.core.engine.Report;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Timers;
import dev.cairn.core.port.PortException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs passes over one service after another until there is nothing to do now, and keeps their timers. */
final class Passes {
    /** Passes in one go; then others get their turn, and this service comes back at once. */
    private static final int IN_ONE_GO = 25;

    /** The safety net: everything is looked at this often even if no event tells of a change. */
    static final Duration RESYNC = Duration.ofSeconds(30);

    /** But for its sake no more than one service in this time, or thousands of them would keep a core busy. */
    private static final Duration RESYNC_EACH = Duration.ofMillis(20);

    /** How long a service whose users have what they asked for lets others go first, each time and in all. */
    private static final Duration GIVE_WAY = Duration.ofMillis(500);

    private static final Duration LONGEST_WAY = Duration.ofSeconds(5);

    private static final Duration SHORTEST = Duration.ofMillis(20);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    /** A hint names all stacks there are, so there are only as many as are in use at one time. */
    private static final int HINTS = 64;

    private final Engine engine;
    private final Engine.SideBySide sideBySide;
    private final Clock clock;
    private final int crowd;
    private final AtomicInteger taken = new AtomicInteger();

    /** Per service; each entry is only touched by the reconciliation of its service. */
    private final Map<ObjectKey, State> states = new ConcurrentHashMap<>();

    /** What was read last, of some services: a hint for the next look, nothing else. */
    private final Map<ObjectKey, Desired> hints = Recent.atMost(HINTS);

    /**
     * What is left to do for a service whose routes were switched.
     *
     * @param generation metadata.generation that this follows from
     * @param latest when it is to be done, whoever waits
     */
    private record Tidying(long generation, Instant latest) {}

    /** @param tidying null when nothing is left to do */
    private record State(
            Timers timers, int failures, @Nullable Tidying tidying) {
        static final State NEW = new State(Timers.NONE, 0, null);

        State after(Report report, boolean failed) {
            return new State(report.timers(), failed ? failures + 1 : 0, null);
        }

        boolean mayWait(long generation, Instant now) {
            return tidying != null && tidying.generation == generation && now.isBefore(tidying.latest);
        }
    }

    /**
     * Where a service stands after its passes.
     *
     * @param released whether nothing of it is left, so that it may go
     * @param comeBack when to look at it again
     */
    record Result(boolean released, Duration comeBack) {}

    /** @param crowd from so many services under way on, those that have been switched let others go first */
    Passes(Engine engine, Engine.SideBySide sideBySide, Clock clock, int crowd) {
        this.engine = engine;
        this.sideBySide = sideBySide;
        this.clock = clock;
        this.crowd = crowd;
    }

    Instant now() {
        return clock.instant();
    }

    /** Who is told how the passes go. Every call may write to the API, so there are no more than are of use. */
    interface Audience {
        /** A pass has done something. */
        void done(Report report);

        /** How things stand: beside what may take long, and when there is nothing to do now. */
        void state(Report report);
    }

    /** @param generation metadata.generation of the Service */
    Result run(ObjectKey service, long generation, Audience audience) throws PortException {
        taken.incrementAndGet();
        try {
            State state = states.getOrDefault(service, State.NEW);
            boolean later = state.mayWait(generation, now()) && crowded();
            return later ? new Result(false, GIVE_WAY) : runInPlace(service, generation, state, audience);
        } finally {
            taken.decrementAndGet();
        }
    }

    /** Whether what is left to do would slow others down. */
    private boolean crowded() {
        return taken.get() >= crowd;
    }

    private Result runInPlace(ObjectKey service, long generation, State before, Audience audience)
            throws PortException {
        State state = before;
        Report report = null;
        boolean again = true;
        boolean failed = false;
        for (int i = 0; i < IN_ONE_GO && again; i++) {
            Report seen = report == null
                    ? engine.look(service, hints.get(service), state.timers, now())
                    : engine.lookAgain(service, report, state.timers, now());
            hints.put(service, seen.desired());
            report = seen.plan().actions().isEmpty() ? told(seen, audience) : act(seen, audience);
            failed = report.outcomes().stream().anyMatch(o -> o.failure() != null);
            state = state.after(report, failed);
            states.put(service, state);
            again = report.again() && !failed && !released(report);
            if (!report.outcomes().isEmpty()) {
                audience.done(report);
            }
            if (again && switched(report) && crowded()) {
                states.put(service, new State(state.timers, 0, new Tidying(generation, now().plus(LONGEST_WAY))));
                return new Result(false, GIVE_WAY);
            }
        }
        if (report == null) {
            throw new IllegalStateException("at least one pass is made");
        }
        boolean released = released(report);
        if (!report.outcomes().isEmpty() && !released) {
            audience.state(report);
        }
        return new Result(released, comeBack(report, state, again, failed));
    }

    /** Then there is nothing left to look at or to tell of. */
    private static boolean released(Report report) {
        return report.outcomes().stream().anyMatch(o -> o.done() && o.action() instanceof Action.ReleaseService);
    }

    /**
     * Users have what they asked for. What is left to do, tidying up and telling how things stand, gives way to
     * services that may still wait for their routes.
     */
    private static boolean switched(Report report) {
        return report.outcomes().stream()
                .anyMatch(o -> o.done()
                        && o.action() instanceof Action.Switch change
                        && !change.changed().isEmpty());
    }

    /** Nobody waits for a container to start because it is told first that it will be. */
    private Report act(Report seen, Audience audience) {
        if (!Engine.takesLong(seen.plan())) {
            return engine.act(seen, now());
        }
        List<Supplier<Report>> both = List.of(() -> engine.act(seen, now()), () -> told(seen, audience));
        return sideBySide.all(both).get(0);
    }

    private static Report told(Report seen, Audience audience) {
        audience.state(seen);
        return seen;
    }

    private Duration comeBack(Report report, State state, boolean again, boolean failed) {
        if (failed) {
            Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(state.failures - 1, 10));
            return wait.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : wait;
        }
        if (again) {
            return SHORTEST;
        }
        Instant now = now();
        Duration resync = longer(RESYNC, RESYNC_EACH.multipliedBy(states.size()));
        Duration wait =
                report.plan().lookAgainAt().map(at -> Duration.between(now, at)).orElse(resync);
        Duration bounded = wait.compareTo(resync) > 0 ? resync : wait;
        return longer(bounded, SHORTEST);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** Forgets a service that is gone. */
    void forget(ObjectKey service) {
        states.remove(service);
        hints.remove(service);
    }
}
