package dev.cairn.core.status;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Timers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change that is over. The history follows from the record, so that none is missed by an operator that dies between
 * the end of a change and telling of it; only when it began is remembered in the process.
 *
 * @param change its number
 * @param outcome how it ended
 * @param from the versions in force before it, bottom first
 * @param to those that it led to
 * @param cause why it was declared; may be empty
 * @param by who declared it; may be empty
 * @param begun when it began; null where the operator was started since
 * @param ended when it was seen to be over
 * @param message why it failed; empty where it did not
 */
public record Past(
        long change,
        Outcome outcome,
        List<Version> from,
        List<Version> to,
        String cause,
        String by,
        @Nullable Instant begun,
        Instant ended,
        String message) {
    /** So many are told of. */
    public static final int MOST = 10;

    /** How a change ended. */
    public enum Outcome {
        COMMITTED,
        /** Something did not start; it is tried again. */
        FAILED,
        /** What was in force is declared again, or what is declared is not admissible any more. */
        WITHDRAWN
    }

    /** The versions in force since then. */
    List<Version> after() {
        return outcome == Outcome.COMMITTED ? to : from;
    }

    /**
     * The history, newest first, with the change that is over by now.
     *
     * @param before as it was told of last
     * @param by who wrote the declaration
     */
    public static List<Past> history(List<Past> before, Desired desired, Timers timers, String by, Instant now) {
        Optional<ServiceStack> found =
                desired.stacks().stream().filter(s -> !s.deleting()).findFirst();
        long last = before.isEmpty() ? 0 : before.get(0).change;
        if (found.isEmpty() || found.get().next() != null || found.get().change() <= last) {
            return before;
        }
        List<Past> history = new ArrayList<>();
        history.add(over(before, found.get(), desired.service(), timers, by, now));
        history.addAll(before);
        return history.stream().limit(MOST).toList();
    }

    private static Past over(
            List<Past> before, ServiceStack lead, @Nullable Service service, Timers timers, String by, Instant now) {
        List<Version> from = before.isEmpty() ? List.of() : before.get(0).after();
        List<Version> inForce = lead.containers().stream().map(Entry::version).toList();
        Timers.Begun begun = timers.begun();
        boolean same = begun != null && begun.change() <= lead.change() && begun.change() >= lead.change() - 1;
        Outcome outcome = !inForce.equals(from)
                ? Outcome.COMMITTED
                : lead.failedGeneration() != null ? Outcome.FAILED : Outcome.WITHDRAWN;
        List<Version> attempted = begun != null && same ? begun.to() : List.of();
        Timers.Attempts failure = timers.retries();
        return new Past(
                lead.change(),
                outcome,
                from,
                outcome == Outcome.COMMITTED ? inForce : attempted,
                service == null ? "" : service.request().cause(),
                by,
                begun != null && same ? begun.at() : null,
                now,
                outcome == Outcome.FAILED && failure != null ? failure.why() : "");
    }

    /** One line for an event. */
    public String text() {
        String time = begun == null
                ? ""
                : String.format(
                        java.util.Locale.ROOT,
                        " after %.1f s",
                        java.time.Duration.between(begun, ended).toMillis() / 1000.0);
        return "change " + change + " from " + from + " to " + to + " "
                + outcome.name().toLowerCase(java.util.Locale.ROOT)
                + time + (by.isEmpty() ? "" : ", by " + by) + (cause.isEmpty() ? "" : ": " + cause)
                + (message.isEmpty() ? "" : "; " + message);
    }
}
