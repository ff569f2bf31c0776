package dev.cairn.core.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The record of one stack. The fields and their meaning are those of the change protocol (docs/protocol.md).
 *
 * @param key namespace and {@code <service>-stack<ordinal>}
 * @param generation metadata.generation: changes exactly when the spec does
 * @param resourceVersion what a write must carry to succeed
 * @param service the service it belongs to
 * @param ordinal index of the stack, 0 or more; the lowest one that has joined is the lead
 * @param hostName the host it is pinned to
 * @param change lead: number of the last change begun or abandoned; follower: the lead's number it last acted on; 0:
 *     nothing yet
 * @param lastContainer highest n ever given in this stack
 * @param failedGeneration lead only: the service's generation whose change failed
 * @param containers the committed list, index = position
 * @param next the list that change {@code change} leads to, or null
 * @param retained containers that were popped and are kept for an undo, newest first; they are routed to by nobody
 * @param deleting whether the stack is being deleted
 * @param edited whether somebody other than the operator changed the spec; the values here are the operator's own
 */
public record ServiceStack(
        ObjectKey key,
        long generation,
        String resourceVersion,
        ObjectKey service,
        int ordinal,
        String hostName,
        long change,
        int lastContainer,
        @Nullable Long failedGeneration,
        List<Entry> containers,
        @Nullable List<Entry> next,
        List<Retained> retained,
        boolean deleting,
        boolean edited) {
    /** Between the service's name and the ordinal. */
    private static final String INFIX = "-stack";

    /** A stack that retains nothing. */
    public ServiceStack(
            ObjectKey key,
            long generation,
            String resourceVersion,
            ObjectKey service,
            int ordinal,
            String hostName,
            long change,
            int lastContainer,
            @Nullable Long failedGeneration,
            List<Entry> containers,
            @Nullable List<Entry> next,
            boolean deleting,
            boolean edited) {
        this(
                key,
                generation,
                resourceVersion,
                service,
                ordinal,
                hostName,
                change,
                lastContainer,
                failedGeneration,
                containers,
                next,
                List.of(),
                deleting,
                edited);
    }

    public ServiceStack {
        retained = List.copyOf(retained);
        containers = List.copyOf(containers);
        next = next == null ? null : List.copyOf(next);
    }

    /**
     * Whether the stack has taken part in what the others do. One that has not, because its record was created just
     * now, holds nothing; it is never the lead of those that have.
     */
    public boolean joined() {
        return change > 0 || !containers.isEmpty();
    }

    /** The list that a change in progress leads to. */
    public Optional<List<Entry>> pending() {
        return Optional.ofNullable(next);
    }

    /** {@code <service>-stack<ordinal>-app<n>}. */
    public String containerName(int n) {
        return key.name() + "-app" + n;
    }

    /** The name of a service's stack. */
    public static String name(ObjectKey service, int ordinal) {
        return service.name() + INFIX + ordinal;
    }

    /** The service that a stack belongs to by its name; empty where the name is not that of a stack. */
    static Optional<ObjectKey> serviceOf(ObjectKey stack) {
        int end = stack.name().lastIndexOf(INFIX);
        if (end <= 0) {
            return Optional.empty();
        }
        String ordinal = stack.name().substring(end + INFIX.length());
        boolean named = !ordinal.isEmpty() && ordinal.chars().allMatch(c -> c >= '0' && c <= '9');
        return named ? Optional.of(new ObjectKey(stack.namespace(), stack.name().substring(0, end))) : Optional.empty();
    }

    /** Who a container with number n of this stack belongs to. */
    public Owner owner(int n) {
        return new Owner(service, ordinal, n);
    }

    /** The same record with other lists and counters; the write that makes it so must carry the resourceVersion. */
    public ServiceStack with(
            long newChange,
            int newLastContainer,
            @Nullable Long newFailedGeneration,
            List<Entry> newContainers,
            @Nullable List<Entry> newNext) {
        return copy(newChange, newLastContainer, newFailedGeneration, newContainers, newNext, retained);
    }

    /** The same record with other retained containers. */
    public ServiceStack withRetained(List<Retained> others) {
        return copy(change, lastContainer, failedGeneration, containers, next, others);
    }

    private ServiceStack copy(
            long newChange,
            int newLastContainer,
            @Nullable Long newFailedGeneration,
            List<Entry> newContainers,
            @Nullable List<Entry> newNext,
            List<Retained> newRetained) {
        return new ServiceStack(
                key,
                generation,
                resourceVersion,
                service,
                ordinal,
                hostName,
                newChange,
                newLastContainer,
                newFailedGeneration,
                newContainers,
                newNext,
                newRetained,
                deleting,
                edited);
    }

    /** Every entry that the record names, once each: what a container may belong to without being a stray. */
    public List<Entry> listed() {
        Map<Integer, Entry> listed = new LinkedHashMap<>();
        containers.forEach(entry -> listed.put(entry.n(), entry));
        pending().orElse(List.of()).forEach(entry -> listed.putIfAbsent(entry.n(), entry));
        retained.forEach(one -> listed.putIfAbsent(one.entry().n(), one.entry()));
        return List.copyOf(listed.values());
    }

    /** Whether some list has container n. */
    public boolean lists(int n) {
        return has(containers, n)
                || next != null && has(next, n)
                || retained.stream().anyMatch(one -> one.entry().n() == n);
    }

    /** Whether container n is one of these. */
    public static boolean has(List<Entry> entries, int n) {
        return entries.stream().anyMatch(entry -> entry.n() == n);
    }
}
