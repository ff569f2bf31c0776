package dev.cairn.core.plan;

import dev.cairn.core.constraint.Violation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done now. Empty and without waits: everything is as declared.
 *
 * @param actions all enabled actions, in the order in which they are told; they may be done side by side
 * @param waits what must happen first, or until when nothing is done
 * @param expiry when something that is kept for a time is to be given up; null: nothing is
 * @param violations constraints that do not hold
 */
public record Plan(
        List<Action> actions, List<Wait> waits, @Nullable Instant expiry, List<Violation> violations) {
    /**
     * Something that is not done yet.
     *
     * @param reason a word in CamelCase for conditions
     * @param message one sentence for the user
     * @param until when it is worth looking again without an event; null: an event will tell
     */
    public record Wait(
            String reason, String message, @Nullable Instant until) {}

    public Plan {
        actions = List.copyOf(actions);
        waits = List.copyOf(waits);
        violations = List.copyOf(violations);
    }

    /** The earliest time at which it is worth looking again without an event. */
    public Optional<Instant> lookAgainAt() {
        return Stream.concat(waits.stream().map(Wait::until).flatMap(Stream::ofNullable), Stream.ofNullable(expiry))
                .min(Instant::compareTo);
    }

    /**
     * What one pass does of the actions. Where the record is written, the slow calls are left to the next pass: it comes
     * at once, and what the write enables then runs beside them.
     */
    public List<Action> actionsNow() {
        boolean recorded = actions.stream().anyMatch(Action.Write.class::isInstance);
        return recorded ? actions.stream().filter(action -> !action.slow()).toList() : actions;
    }

    /** The actions' lines. */
    public List<String> text() {
        return actions.stream().map(Action::text).toList();
    }
}
