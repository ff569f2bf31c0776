package dev.cairn.core.status;

import dev.cairn.core.constraint.Blocks;
import dev.cairn.core.constraint.Violation;
import dev.cairn.core.engine.Outcome;
import dev.cairn.core.engine.Report;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Fleet;
import dev.cairn.core.plan.Plan;
import dev.cairn.core.port.PortException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a service after a pass. A view: nothing is ever decided from it.
 *
 * @param conditions Ready, Compliant, Reconciling, Stalled
 * @param violations all constraints that do not hold
 * @param versions the list in force, index = position
 * @param stacks number of stacks that exist
 * @param readyStacks number of stacks whose containers are all healthy
 * @param outdatedPositions positions whose settings differ from the template
 * @param usedBy the endpoints that lead to the service, by name: each is the root of one service tree
 * @param change what is under way
 */
public record ServiceStatus(
        List<Condition> conditions,
        List<Violation> violations,
        List<Version> versions,
        int stacks,
        int readyStacks,
        List<Integer> outdatedPositions,
        List<String> usedBy,
        Optional<Change> change) {

    /** A change that has begun and is not over: its number, the versions it leads to, and how far it is. */
    public record Change(long number, List<Version> versions, String phase, String message) {}

    /** The status that follows from what was seen, decided and done. */
    public static ServiceStatus of(Report report, Instant now) {
        Fleet fleet = new Fleet(report.desired(), report.observed(), now);
        List<ServiceStack> stacks = fleet.stacks();
        List<Entry> list = fleet.lead().map(fleet::effective).orElse(List.of());
        int ready = (int) stacks.stream().filter(fleet::healthy).count();
        Verdict verdict = Verdict.of(report, ready);
        return new ServiceStatus(
                verdict.conditions(),
                report.plan().violations(),
                list.stream().map(Entry::version).toList(),
                stacks.size(),
                ready,
                outdated(report.desired().service(), list),
                report.desired().endpointsOfService().stream()
                        .map(endpoint -> endpoint.key().name())
                        .sorted()
                        .toList(),
                change(fleet, verdict));
    }

    private static List<Integer> outdated(@Nullable Service service, List<Entry> list) {
        return service == null
                ? List.of()
                : IntStream.range(0, list.size())
                        .filter(i -> !list.get(i).template().equals(service.template()))
                        .boxed()
                        .toList();
    }

    private static Optional<Change> change(Fleet fleet, Verdict verdict) {
        return fleet.lead()
                .flatMap(lead -> lead.pending()
                        .map(next -> new Change(
                                lead.change(),
                                next.stream().map(Entry::version).toList(),
                                verdict.reason,
                                verdict.message)));
    }

    /** What does not go on by itself, or not soon. */
    private static final Set<String> STALLED = Set.of("ChangeFailed", "Paused", "Frozen");

    /** Why the service is not Ready, most important first; the reason {@code AsDeclared} when it is. */
    private record Verdict(String reason, String message, boolean stalled, List<Violation> violations) {

        static Verdict of(Report report, int readyStacks) {
            Plan plan = report.plan();
            List<Violation> violations = plan.violations();
            Optional<PortException> refused = report.outcomes().stream()
                    .map(Outcome::failure)
                    .filter(PortException.Invalid.class::isInstance)
                    .findFirst();
            if (refused.isPresent()) {
                return failed(refused.get(), true, violations);
            }
            List<Violation> blocking = violations.stream()
                    .filter(v -> v.blocks() == Blocks.CHANGE || v.blocks() == Blocks.STACK)
                    .toList();
            if (!blocking.isEmpty()) {
                return new Verdict(blocking.get(0).constraint(), join(blocking), true, violations);
            }
            Optional<PortException> failure = report.outcomes().stream()
                    .map(Outcome::failure)
                    .filter(Objects::nonNull)
                    .findFirst();
            if (failure.isPresent()) {
                return failed(failure.get(), false, violations);
            }
            return pending(report, readyStacks);
        }

        private static Verdict failed(PortException failure, boolean stalled, List<Violation> violations) {
            return new Verdict(failure.reason(), String.valueOf(failure.getMessage()), stalled, violations);
        }

        private static Verdict pending(Report report, int readyStacks) {
            Plan plan = report.plan();
            if (!plan.waits().isEmpty()) {
                Plan.Wait first = plan.waits().get(0);
                boolean stalled = STALLED.contains(first.reason());
                return new Verdict(first.reason(), first.message(), stalled, plan.violations());
            }
            List<String> steps = plan.actions().stream()
                    .filter(action -> !(action instanceof Action.Warm))
                    .map(Action::text)
                    .toList();
            if (!steps.isEmpty()) {
                String more = steps.size() > 1 ? " (and " + (steps.size() - 1) + " more)" : "";
                return new Verdict("Converging", steps.get(0) + more, false, plan.violations());
            }
            Service service = report.desired().service();
            if (service != null && readyStacks < service.stacks()) {
                return new Verdict(
                        "Starting",
                        readyStacks + " of " + service.stacks() + " stacks are healthy",
                        false,
                        plan.violations());
            }
            return new Verdict("AsDeclared", "", false, plan.violations());
        }

        private static String join(List<Violation> violations) {
            return violations.stream().map(Violation::message).collect(Collectors.joining("; "));
        }

        List<Condition> conditions() {
            boolean ready = reason.equals("AsDeclared");
            List<Condition> conditions = new ArrayList<>();
            conditions.add(new Condition("Ready", ready, reason, message));
            conditions.add(
                    violations.isEmpty()
                            ? new Condition("Compliant", true, "AllConstraintsHold", "")
                            : new Condition(
                                    "Compliant", false, violations.get(0).constraint(), join(violations)));
            conditions.add(new Condition("Reconciling", !ready && !stalled, reason, ready ? "" : message));
            conditions.add(new Condition("Stalled", stalled, stalled ? reason : "Progressing", stalled ? message : ""));
            return conditions;
        }
    }
}
