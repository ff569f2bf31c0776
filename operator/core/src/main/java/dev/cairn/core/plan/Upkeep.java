package dev.cairn.core.plan;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.Retained;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.plan.Action.Step;
import dev.cairn.core.plan.Action.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The writes that keep a stack in order, whether a change is under way or not: repair, heal, retain, expire. */
final class Upkeep {
    private final Desired desired;
    private final Observed observed;
    private final Fleet fleet;
    private final Service service;
    private final Instant now;
    private final List<Plan.Wait> waits;
    private @Nullable Instant expiry;

    /**
     * @param waits takes the reasons why something is not healed now
     */
    Upkeep(Desired desired, Observed observed, Fleet fleet, Service service, Instant now, List<Plan.Wait> waits) {
        this.desired = desired;
        this.observed = observed;
        this.fleet = fleet;
        this.service = service;
        this.now = now;
        this.waits = waits;
    }

    /** When something that is retained is to be given up. */
    @Nullable
    Instant expiry() {
        return expiry;
    }

    /** What must be put right before anything else is read from the record. */
    Optional<Write> repair(ServiceStack stack) {
        if (stack.edited()) {
            return Optional.of(new Write(Step.RESTORE, stack, "somebody else changed the record"));
        }
        int seen = fleet.highestSeen(stack);
        if (seen > stack.lastContainer()) {
            ServiceStack after =
                    stack.with(stack.change(), seen, stack.failedGeneration(), stack.containers(), stack.next());
            return Optional.of(new Write(
                    Step.RAISE,
                    after,
                    "the host has " + stack.containerName(seen) + ", which the record does not know"));
        }
        return Optional.empty();
    }

    /** A8: dead entries of the committed list get a fresh number; the old containers are strays from then on. */
    Optional<Write> heal(ServiceStack stack) {
        List<Entry> dead = stack.containers().stream()
                .filter(entry -> fleet.state(stack, entry) == Fleet.State.DEAD)
                .toList();
        if (dead.isEmpty() || fleet.decided(stack)) {
            return Optional.empty();
        }
        Instant allowed = observed.timers().healAllowedAt(stack.key());
        if (allowed.isAfter(now)) {
            waits.add(new Plan.Wait(
                    "BackOff",
                    "Stack " + stack.key() + ": containers die again and again; the next replacement waits",
                    allowed));
            return Optional.empty();
        }
        Optional<Host> host = fleet.host(stack);
        return host.isEmpty() ? Optional.empty() : replace(stack, dead, host.get());
    }

    private Optional<Write> replace(ServiceStack stack, List<Entry> dead, Host host) {
        Ports ports = new Ports(host, desired, fleet.takenPorts(host));
        Map<Integer, Entry> replacements = new HashMap<>();
        int last = stack.lastContainer();
        try {
            for (Entry entry : dead) {
                replacements.put(entry.n(), NextLists.copy(stack, ++last, entry, ports));
            }
        } catch (Ports.Exhausted e) {
            waits.add(new Plan.Wait("PortRangeExhausted", String.valueOf(e.getMessage()), null));
            return Optional.empty();
        }
        List<Entry> next = stack.next() == null ? null : swap(stack.next(), replacements);
        String cause = stack.containerName(dead.get(0).n()) + " " + why(stack, dead.get(0));
        return Optional.of(new Write(
                Step.HEAL,
                stack.with(
                        stack.change(), last, stack.failedGeneration(), swap(stack.containers(), replacements), next),
                cause));
    }

    private static List<Entry> swap(List<Entry> entries, Map<Integer, Entry> replacements) {
        return entries.stream()
                .map(entry -> replacements.getOrDefault(entry.n(), entry))
                .toList();
    }

    /** Why an entry's container will not come back by itself. */
    String why(ServiceStack stack, Entry entry) {
        String refused = observed.timers().failedStarts().get(stack.owner(entry.n()));
        if (refused != null) {
            return "does not start: " + refused;
        }
        return fleet.container(stack, entry)
                .map(c -> switch (c.phase()) {
                    case RESTARTING, EXITED ->
                        "exits with code " + c.exitCode() + " (started " + (c.restarts() + 1) + " times)";
                    case PAUSED -> "is paused";
                    case CREATED, RUNNING, LEAVING ->
                        "did not become healthy in "
                                + service.strategy().progressDeadline().toSeconds() + " s";
                })
                .orElse("is gone");
    }

    /** What the stack keeps warm once {@code next} is committed: what leaves it at the bottom, the newest first. */
    List<Retained> retained(ServiceStack stack, List<Entry> next) {
        List<Retained> retained = new ArrayList<>();
        for (Entry entry : stack.containers()) {
            boolean stays =
                    ServiceStack.has(next, entry.n()) || Changes.versions(next).contains(entry.version());
            if (stays) {
                break;
            }
            retained.add(0, new Retained(entry, now.plus(service.retain().time())));
        }
        stack.retained().stream()
                .filter(one -> !ServiceStack.has(next, one.entry().n()))
                .forEach(retained::add);
        return retained.stream().limit(service.retain().count()).toList();
    }

    /** Gives up what was kept for long enough, or what is more than the service wants kept, unless it is coming back. */
    Optional<Write> expire(ServiceStack stack) {
        List<Retained> kept = new ArrayList<>();
        for (Retained one : stack.retained()) {
            boolean wanted =
                    kept.size() < service.retain().count() && one.until().isAfter(now);
            if (wanted || ServiceStack.has(NextLists.staged(stack), one.entry().n())) {
                kept.add(one);
            }
        }
        kept.stream()
                .map(Retained::until)
                .filter(now::isBefore)
                .min(Instant::compareTo)
                .ifPresent(until -> {
                    expiry = expiry == null || until.isBefore(expiry) ? until : expiry;
                });
        if (kept.size() == stack.retained().size()) {
            return Optional.empty();
        }
        return Optional.of(
                new Write(Step.EXPIRE, stack.withRetained(kept), "what was popped is kept for an undo no longer"));
    }
}
