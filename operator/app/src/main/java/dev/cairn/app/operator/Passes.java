package dev.cairn.app.operator;

import dev.cairn.core.engine.Engine;
import dev.cairn.core.engine.Report;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.plan.Timers;
import dev.cairn.core.port.PortException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs passes over one service after another until there is nothing to do now, and keeps their timers. */
final class Passes {
    /** Passes in one go; then others get their turn, and this service comes back at once. */
    private static final int IN_ONE_GO = 25;

    /** The safety net: everything is looked at this often even if no event tells of a change. */
    static final Duration RESYNC = Duration.ofSeconds(30);

    private static final Duration SHORTEST = Duration.ofMillis(20);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    /** A hint names all stacks there are, so there are only as many as are in use at one time. */
    private static final int HINTS = 64;

    private final Engine engine;
    private final Engine.SideBySide sideBySide;
    private final Clock clock;

    /** Per service; each entry is only touched by the reconciliation of its service. */
    private final Map<ObjectKey, State> states = new ConcurrentHashMap<>();

    /** What was read last, of some services: a hint for the next look, nothing else. Guarded by itself. */
    private final Map<ObjectKey, Desired> hints = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectKey, Desired> eldest) {
            return size() > HINTS;
        }
    };

    private record State(Timers timers, int failures) {
        static final State NEW = new State(Timers.NONE, 0);
    }

    /** Where a service stands after its passes, and when to come back. */
    record Result(Report report, Duration comeBack) {}

    Passes(Engine engine, Engine.SideBySide sideBySide, Clock clock) {
        this.engine = engine;
        this.sideBySide = sideBySide;
        this.clock = clock;
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

    Result run(ObjectKey service, Audience audience) throws PortException {
        State state = states.getOrDefault(service, State.NEW);
        Report report = null;
        boolean again = true;
        boolean failed = false;
        for (int i = 0; i < IN_ONE_GO && again; i++) {
            Report seen = report == null
                    ? engine.look(service, hint(service), state.timers, now())
                    : engine.lookAgain(service, report, state.timers, now());
            synchronized (hints) {
                hints.put(service, seen.desired());
            }
            report = seen.plan().actions().isEmpty() ? told(seen, audience) : act(seen, audience);
            failed = report.outcomes().stream().anyMatch(o -> o.failure() != null);
            state = new State(report.timers(), failed ? state.failures + 1 : 0);
            states.put(service, state);
            again = report.again() && !failed;
            if (!report.outcomes().isEmpty()) {
                audience.done(report);
            }
        }
        if (report == null) {
            throw new IllegalStateException("at least one pass is made");
        }
        if (!report.outcomes().isEmpty()) {
            audience.state(report);
        }
        return new Result(report, comeBack(report, state, again, failed));
    }

    private @Nullable Desired hint(ObjectKey service) {
        synchronized (hints) {
            return hints.get(service);
        }
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
        Duration wait =
                report.plan().lookAgainAt().map(at -> Duration.between(now, at)).orElse(RESYNC);
        Duration bounded = wait.compareTo(RESYNC) > 0 ? RESYNC : wait;
        return bounded.compareTo(SHORTEST) < 0 ? SHORTEST : bounded;
    }

    /** Forgets a service that is gone. */
    void forget(ObjectKey service) {
        states.remove(service);
        synchronized (hints) {
            hints.remove(service);
        }
    }
}
