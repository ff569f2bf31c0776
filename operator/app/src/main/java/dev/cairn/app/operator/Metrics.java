package dev.cairn.app.operator;

import dev.cairn.core.engine.Outcome;
import dev.cairn.core.engine.Report;
import dev.cairn.core.plan.Action;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Optional;

/** What the operator counts: {@code cairn_*} in Prometheus' names. Every tag has few values, none of a user's making. */
final class Metrics {
    /** What was found other than the operator left it. */
    enum Drift {
        /** A container of a committed list was gone. */
        MISSING,
        /** A container was there and would not come back by itself. */
        DEAD,
        /** A container of a list was there a second time, on another host. */
        DUPLICATE,
        /** A container carried the labels of one of ours and was none. */
        STRANGER,
        /** Somebody else had written or removed a stack's record. */
        RECORD,
        /** The proxy had other routes than it was left with. */
        ROUTES
    }

    private final MeterRegistry registry;

    Metrics(MeterRegistry registry) {
        this.registry = registry;
        for (Drift drift : Drift.values()) {
            registry.counter("cairn.drift", "kind", name(drift));
        }
    }

    /** Counts what a pass has done. */
    void count(Report report) {
        for (Outcome outcome : report.outcomes()) {
            String result = outcome.done() ? "done" : outcome.conflict() ? "conflict" : "failed";
            registry.counter("cairn.actions", "action", kind(outcome.action()), "result", result)
                    .increment();
            drift(report, outcome).ifPresent(this::count);
        }
    }

    /** Counts what was found otherwise than by an action. */
    void count(Drift drift) {
        registry.counter("cairn.drift", "kind", name(drift)).increment();
    }

    /** What the action was against, when it was done against drift. */
    static Optional<Drift> drift(Report report, Outcome outcome) {
        if (!outcome.done()) {
            return Optional.empty();
        }
        if (outcome.action() instanceof Action.Write write) {
            return switch (write.step()) {
                case HEAL -> Optional.of(Drift.DEAD);
                case RESTORE, RAISE -> Optional.of(Drift.RECORD);
                default -> Optional.empty();
            };
        }
        if (outcome.action() instanceof Action.Remove remove && report.duplicate(remove)) {
            return Optional.of(Drift.DUPLICATE);
        }
        return outcome.action() instanceof Action.Start start && report.missed(start)
                ? Optional.of(Drift.MISSING)
                : Optional.empty();
    }

    private static String kind(Action action) {
        return action instanceof Action.Write write
                ? write.step().name().toLowerCase(Locale.ROOT)
                : action.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static String name(Drift drift) {
        return drift.name().toLowerCase(Locale.ROOT);
    }
}
