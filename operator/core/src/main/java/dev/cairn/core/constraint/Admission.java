package dev.cairn.core.constraint;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which writes are refused. Refused is what the object itself or what is committed proves wrong, and what would take
 * away something that another object uses now. What depends on an object that may still come is a warning, so that
 * files may be applied in any order. A violation that stood before the write is no reason to refuse it: the write did
 * not bring it, and a finalizer must always be removable.
 *
 * <p>In every method {@code before} is null for a create and {@code after} is null for a delete.
 */
public final class Admission {
    private Admission() {}

    /** A write to a Service. */
    public static Verdict service(@Nullable Service before, @Nullable Service after, Stored stored, Writer writer) {
        if (after == null) {
            return before == null || writer == Writer.CLEANER ? Verdict.ALLOWED : serviceDeletion(before, stored);
        }
        if (after.deleting()) {
            return Verdict.ALLOWED;
        }
        List<Violation> now = Constraints.check(stored.with(after));
        Set<Violation> stood = before == null ? Set.of() : new HashSet<>(Constraints.check(stored.with(before)));
        List<Violation> refused = now.stream()
                .filter(v -> !stood.contains(v))
                .filter(v -> v.blocks() == Blocks.CHANGE || (before != null && takesStageAway(v)))
                .toList();
        List<String> warnings = now.stream()
                .filter(v -> !refused.contains(v) && v.blocks() != Blocks.NOTHING)
                .map(Violation::message)
                .collect(Collectors.toCollection(ArrayList::new));
        latest(after).ifPresent(warnings::add);
        return verdict(refused, warnings);
    }

    /** A write to an Endpoint. */
    public static Verdict endpoint(@Nullable Endpoint before, @Nullable Endpoint after, Stored stored) {
        if (after == null || after.deleting()) {
            return Verdict.ALLOWED;
        }
        List<Violation> refused = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        List<Violation> stood = before == null ? List.of() : routeHeld(before, stored);
        for (Violation violation : routeHeld(after, stored)) {
            if (stood.contains(violation)) {
                warnings.add(violation.message());
            } else {
                refused.add(violation);
            }
        }
        Optional<Service> service = stored.service(after.service());
        EndpointService.of(after, service).map(Violation::message).ifPresent(warnings::add);
        service.flatMap(s -> StackHeight.of(after, s, Declared.committed(stored.with(s))))
                .map(Violation::message)
                .ifPresent(warnings::add);
        return verdict(refused, warnings);
    }

    /**
     * A write to a Host.
     *
     * @param forget whether the stored Host carries the annotation {@code cairn.dev/forget: "true"}
     */
    public static Verdict host(@Nullable Host before, @Nullable Host after, Stored stored, boolean forget) {
        if (before == null || after != null || forget) {
            return Verdict.ALLOWED;
        }
        return hostInUse(before.name(), stored.stacks()).map(Verdict::refused).orElse(Verdict.ALLOWED);
    }

    /** Why a Host may not go while these stacks are recorded; empty when none of them is on it. */
    public static Optional<String> hostInUse(String host, List<ServiceStack> stacks) {
        List<String> names = stacks.stream()
                .filter(s -> s.hostName().equals(host))
                .map(s -> s.key().toString())
                .sorted()
                .toList();
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("Host " + host + " still has the ServiceStacks " + few(names)
                        + "; delete or scale down their Services first, or, if its engine is lost for good, annotate it with"
                        + " cairn.dev/forget=true");
    }

    /** A write to a ServiceStack other than to its status. */
    public static Verdict stack(@Nullable ServiceStack before, @Nullable ServiceStack after, Writer writer) {
        ServiceStack stack = after == null ? before : after;
        boolean sameSpec = before != null && after != null && sameSpec(before, after);
        return stack == null || writer != Writer.USER || sameSpec
                ? Verdict.ALLOWED
                : Verdict.refused("ServiceStacks are written by the operator only: change "
                        + Named.service((before == null ? stack : before).service()) + " instead");
    }

    private static Verdict serviceDeletion(Service service, Stored stored) {
        List<String> endpoints = stored.endpoints().stream()
                .filter(e -> !e.deleting() && e.service().equals(service.key()))
                .map(e -> e.key().toString())
                .sorted()
                .toList();
        return endpoints.isEmpty()
                ? Verdict.ALLOWED
                : Verdict.refused(Named.service(service.key()) + " is in use by the Endpoints " + few(endpoints)
                        + "; delete them first, or point them at another Service");
    }

    /** An edit of the service that leaves an endpoint without the stage that it had. */
    private static boolean takesStageAway(Violation violation) {
        return violation.constraint().equals("EndpointService");
    }

    /** Of two endpoints that ask for one route, the one that is stored has it, however young it is. */
    private static List<Violation> routeHeld(Endpoint endpoint, Stored stored) {
        List<Endpoint> others = stored.endpoints().stream()
                .filter(e -> !e.key().equals(endpoint.key()))
                .toList();
        return UniqueRoute.violations(endpoint, others, RouteTable.EMPTY);
    }

    private static Optional<String> latest(Service service) {
        return service.versions().stream()
                .filter(v -> v.tag().equals("latest"))
                .findFirst()
                .map(v -> Named.service(service.key())
                        + ": latest is resolved once, when it is pushed; a newer build under that tag is not followed");
    }

    private static boolean sameSpec(ServiceStack a, ServiceStack b) {
        return a.service().equals(b.service())
                && a.ordinal() == b.ordinal()
                && a.hostName().equals(b.hostName())
                && a.change() == b.change()
                && a.lastContainer() == b.lastContainer()
                && Objects.equals(a.failedGeneration(), b.failedGeneration())
                && a.containers().equals(b.containers())
                && a.pending().equals(b.pending());
    }

    private static Verdict verdict(List<Violation> refused, List<String> warnings) {
        String message = refused.stream().map(Violation::message).collect(Collectors.joining("; "));
        return new Verdict(refused.isEmpty(), message, warnings);
    }

    /** At most three names and how many more. */
    private static String few(List<String> names) {
        String shown = names.stream().limit(3).collect(Collectors.joining(", "));
        return names.size() <= 3 ? shown : shown + " and " + (names.size() - 3) + " more";
    }
}
