package dev.cairn.core.plan;

import dev.cairn.core.model.Container;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The only thing that the operator remembers between passes. All of it starts from nothing after a restart, which makes
 * things happen later or once more, never wrongly.
 *
 * @param unknownSince per host that does not answer, when that was first seen
 * @param leftRowsSince per container that is in no row, when that was first seen: the drain bound counts from here
 * @param stamps of the service in the table, as they were last seen, or last switched to
 * @param heals per stack, the containers replaced lately
 * @param failedStarts per container, why the engine refuses to start it
 * @param retries failed changes lately
 * @param healthySince per container of this service that is healthy, when that was first seen
 * @param stampAboveSince since when the proxy has carried a younger stamp than the record: the record was restored
 * @param pulls images that were pulled for the change that is about to begin
 * @param begun the change that was begun last
 */
public record Timers(
        Map<String, Instant> unknownSince,
        Map<Owner, Instant> leftRowsSince,
        Map<ObjectKey, Long> stamps,
        Map<ObjectKey, Attempts> heals,
        Map<Owner, String> failedStarts,
        @Nullable Attempts retries,
        Map<Owner, Instant> healthySince,
        @Nullable Instant stampAboveSince,
        Set<Pulled> pulls,
        @Nullable Begun begun) {
    /** Nothing remembered. */
    public static final Timers NONE =
            new Timers(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), null, Map.of(), null, Set.of(), null);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    /**
     * Attempts in a row.
     *
     * @param count how many, 1 or more
     * @param last when the last one was made
     * @param why what made the last one necessary, or why it failed; for the user
     * @param request what the service asked for then
     */
    public record Attempts(int count, Instant last, String why, String request) {
        /** One more attempt; the count starts again when the last one is long ago. */
        static Attempts again(@Nullable Attempts before, Instant now, String why, String request) {
            boolean recent = before != null && before.last.plus(FORGET_AFTER).isAfter(now);
            return new Attempts(before != null && recent ? before.count + 1 : 1, now, why, request);
        }

        Attempts notAfter(Instant now) {
            return last.isAfter(now) ? new Attempts(count, now, why, request) : this;
        }

        /** When the next attempt may be made: 1 s after the first, doubling to at most 5 minutes. */
        Instant next() {
            Duration wait = Duration.ofSeconds(1L << Math.min(count - 1, 20));
            return last.plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
        }
    }

    /**
     * That an image was pulled on a host.
     *
     * @param generation of the service that was declared then
     * @param change number of the last change then: the next attempt pulls again
     */
    public record Pulled(String host, String image, long generation, long change) {
        static Pulled of(Desired desired, String host, String image) {
            Service service = desired.service();
            return new Pulled(
                    host,
                    image,
                    service == null ? 0 : service.generation(),
                    desired.lead().map(ServiceStack::change).orElse(0L));
        }

        private boolean current(Desired desired) {
            return equals(of(desired, host, image));
        }
    }

    /**
     * A change that was begun, or given another aim.
     *
     * @param change its number by now
     * @param at when it was begun
     * @param to what it leads to
     */
    public record Begun(long change, Instant at, List<Version> to) {}

    public Timers {
        pulls = Set.copyOf(pulls);
        unknownSince = Map.copyOf(unknownSince);
        leftRowsSince = Map.copyOf(leftRowsSince);
        stamps = Map.copyOf(stamps);
        heals = Map.copyOf(heals);
        failedStarts = Map.copyOf(failedStarts);
        healthySince = Map.copyOf(healthySince);
    }

    /** When the next container of the stack may be replaced. */
    public Instant healAllowedAt(ObjectKey stack) {
        Attempts attempts = heals.get(stack);
        return attempts == null ? Instant.MIN : attempts.next();
    }

    /**
     * When a change that failed may be tried again, provided that it failed in this process's lifetime.
     *
     * @param request what the service asks for now; another value than at the failure asks for a try at once
     */
    public Instant retryAllowedAt(String request) {
        return retries == null ? Instant.MAX : retries.request.equals(request) ? retries.next() : retries.last;
    }

    /** When a container became healthy; now when that is not known. */
    Instant healthySince(Owner owner, Instant now) {
        return healthySince.getOrDefault(owner, now);
    }

    /** Remembers what the table says of the service after this operator has switched it. */
    public Timers switched(ObjectKey service, RouteTable table) {
        return new Timers(
                unknownSince,
                leftRowsSince,
                stamps(table, service),
                heals,
                failedStarts,
                retries,
                healthySince,
                stampAboveSince,
                pulls,
                begun);
    }

    private static Map<ObjectKey, Long> stamps(RouteTable table, ObjectKey service) {
        return table.stampsOf(service).stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Remembers that a container of the stack was replaced. */
    public Timers healed(ObjectKey stack, Instant now, String why) {
        Map<ObjectKey, Attempts> after = new HashMap<>(heals);
        after.put(stack, Attempts.again(after.get(stack), now, why, ""));
        return new Timers(
                unknownSince,
                leftRowsSince,
                stamps,
                after,
                failedStarts,
                retries,
                healthySince,
                stampAboveSince,
                pulls,
                begun);
    }

    /** Remembers that a change was begun, or that one that was under way leads elsewhere now. */
    public Timers begun(ServiceStack lead, boolean anew, Instant now) {
        List<Version> to =
                lead.pending().orElse(List.of()).stream().map(Entry::version).toList();
        Begun after = new Begun(lead.change(), begun == null || anew ? now : begun.at, to);
        return new Timers(
                unknownSince,
                leftRowsSince,
                stamps,
                heals,
                failedStarts,
                retries,
                healthySince,
                stampAboveSince,
                pulls,
                after);
    }

    /** Remembers that the engine refuses to start a container. */
    public Timers startFailed(Owner owner, String why) {
        Map<Owner, String> after = new HashMap<>(failedStarts);
        after.put(owner, why);
        return new Timers(
                unknownSince,
                leftRowsSince,
                stamps,
                heals,
                after,
                retries,
                healthySince,
                stampAboveSince,
                pulls,
                begun);
    }

    /** Remembers that an image was pulled for what is declared. */
    public Timers pulled(Desired desired, String host, String image) {
        Set<Pulled> after = new HashSet<>(pulls);
        after.add(Pulled.of(desired, host, image));
        return new Timers(
                unknownSince,
                leftRowsSince,
                stamps,
                heals,
                failedStarts,
                retries,
                healthySince,
                stampAboveSince,
                after,
                begun);
    }

    private Set<Pulled> current(Desired desired) {
        return pulls.stream().filter(pulled -> pulled.current(desired)).collect(Collectors.toSet());
    }

    /** Remembers that a change was given up. */
    public Timers changeFailed(Desired desired, Instant now, String why) {
        String request =
                desired.service() == null ? "" : desired.service().request().retry();
        return new Timers(
                unknownSince,
                leftRowsSince,
                stamps,
                heals,
                failedStarts,
                Attempts.again(retries, now, why, request),
                healthySince,
                stampAboveSince,
                pulls,
                begun);
    }

    /** The timers after a look: new ones start, those whose reason is gone stop. */
    public Timers observe(Desired desired, Map<String, HostView> hosts, ProxyView proxy, Instant now) {
        Map<String, Instant> unknown = new HashMap<>();
        for (Host host : desired.hosts()) {
            HostView view = hosts.get(host.name());
            if (view == null || !view.known()) {
                unknown.put(host.name(), since(unknownSince.get(host.name()), now));
            }
        }
        Map<ObjectKey, Long> stampsNow = proxy.known() ? stamps(proxy.live(), desired.key()) : stamps;
        Map<Owner, String> failed = new HashMap<>(failedStarts);
        failed.keySet().retainAll(listed(desired));
        return new Timers(
                unknown,
                leftRows(desired, hosts, proxy, stampsNow, now),
                stampsNow,
                heals(now),
                failed,
                retries(desired, now),
                healthy(desired, hosts, now),
                stampAbove(desired, proxy, now),
                current(desired),
                begun);
    }

    /**
     * Counted anew when somebody else has switched the service since: a container may have been in a row again meanwhile, and
     * out of it.
     */
    private Map<Owner, Instant> leftRows(
            Desired desired,
            Map<String, HostView> hosts,
            ProxyView proxy,
            Map<ObjectKey, Long> stampsNow,
            Instant now) {
        Map<Owner, Instant> left = new HashMap<>();
        if (proxy.known()) {
            Map<Owner, Instant> before = stampsNow.equals(stamps) ? leftRowsSince : Map.of();
            hosts.values().stream()
                    .flatMap(view -> view.of(desired.key()).stream())
                    .forEach(c -> left.put(c.owner(), since(before.get(c.owner()), now)));
            left.keySet().removeIf(proxy.live()::names);
        }
        return left;
    }

    /** What was remembered; never later than now: a clock that was set back must not make anybody wait for it. */
    private static Instant since(@Nullable Instant remembered, Instant now) {
        return remembered == null || remembered.isAfter(now) ? now : remembered;
    }

    private Map<ObjectKey, Attempts> heals(Instant now) {
        Map<ObjectKey, Attempts> after = new HashMap<>(heals);
        after.replaceAll((stack, attempts) -> attempts.notAfter(now));
        return after;
    }

    private Map<Owner, Instant> healthy(Desired desired, Map<String, HostView> hosts, Instant now) {
        Map<Owner, Instant> healthy = new HashMap<>();
        hosts.values().stream()
                .flatMap(view -> view.of(desired.key()).stream())
                .filter(c -> c.phase() == Container.Phase.RUNNING && c.health() == Container.Health.HEALTHY)
                .forEach(c -> healthy.put(c.owner(), since(healthySince.get(c.owner()), now)));
        return healthy;
    }

    private static Set<Owner> listed(Desired desired) {
        Set<Owner> listed = new HashSet<>();
        for (ServiceStack stack : desired.stacks()) {
            stack.listed().forEach(e -> listed.add(stack.owner(e.n())));
        }
        return listed;
    }

    /** A failure that the record tells of and this process does not remember counts as one that was just made. */
    private @Nullable Attempts retries(Desired desired, Instant now) {
        Service service = desired.service();
        Long failed = desired.lead().map(ServiceStack::failedGeneration).orElse(null);
        boolean standing = service != null && failed != null && failed == service.generation();
        if (service == null || !standing || retries != null) {
            return retries == null ? null : retries.notAfter(now);
        }
        return Attempts.again(
                null,
                now,
                "it failed before the operator was started",
                service.request().retry());
    }

    private @Nullable Instant stampAbove(Desired desired, ProxyView proxy, Instant now) {
        boolean above = desired.stacks().stream().anyMatch(s -> proxy.live().stamp(s.key()) > s.generation());
        return above ? since(stampAboveSince, now) : null;
    }
}
