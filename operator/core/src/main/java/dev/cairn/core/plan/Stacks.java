package dev.cairn.core.plan;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How many stacks there are, and where: their records come and go here. */
final class Stacks {
    private final Desired desired;
    private final Observed observed;
    private final Fleet fleet;
    private final Places places;
    private final Set<Guard> guards;
    private final Instant now;
    private final List<Action> actions = new ArrayList<>();
    private final List<Plan.Wait> waits = new ArrayList<>();

    Stacks(Desired desired, Observed observed, Fleet fleet, Set<Guard> guards, Instant now) {
        this.guards = guards;
        this.places = new Places(desired, fleet);
        this.desired = desired;
        this.observed = observed;
        this.fleet = fleet;
        this.now = now;
    }

    List<Action> actions() {
        return actions;
    }

    List<Plan.Wait> waits() {
        return waits;
    }

    /** Whether the stack is about to be deleted. */
    boolean deletes(ServiceStack stack) {
        return actions.stream()
                .anyMatch(action -> action instanceof Action.DeleteStack delete
                        && delete.stack().key().equals(stack.key()));
    }

    /** Whether a stack is about to be created. */
    boolean creates() {
        return actions.stream().anyMatch(Action.CreateStack.class::isInstance);
    }

    void plan() {
        Service service = desired.service();
        if (service == null || service.deleting()) {
            deleteAll();
        } else {
            turnAway();
            create(service);
            retire(service);
        }
        desired.stacks().stream().filter(ServiceStack::deleting).forEach(this::release);
        if (service != null && service.deleting() && desired.stacks().isEmpty() && !leftAtProxy()) {
            actions.add(new Action.ReleaseService(service.key(), "nothing of it is left"));
        }
    }

    /** All at once: which list is in force no longer matters where nothing is to run. */
    private void deleteAll() {
        String cause = "Service " + desired.key() + " is being deleted";
        fleet.stacks().forEach(stack -> actions.add(new Action.DeleteStack(stack, cause)));
    }

    /** Whether the stack is to be made anew elsewhere, and why; the last word of the sentence is the host. */
    private Optional<String> leaves(Service service, ServiceStack stack) {
        Optional<Host> host = fleet.host(stack);
        if (host.isEmpty()) {
            return Optional.of("Host " + stack.hostName() + " was forgotten");
        }
        if (host.filter(h -> h.availability() == Host.Availability.DRAIN).isPresent()) {
            return Optional.of("Host " + stack.hostName() + " is drained");
        }
        if (!service.placement().admits(host.get())) {
            return Optional.of("spec.placement excludes Host " + stack.hostName());
        }
        Instant since = observed.timers().unknownSince().get(stack.hostName());
        Duration patience = service.placement().rescheduleAfter();
        if (!fleet.known(stack) && since != null && !since.plus(patience).isAfter(now)) {
            return Optional.of("Host " + stack.hostName() + " has not answered for " + patience.toSeconds() + " s");
        }
        return Optional.empty();
    }

    /**
     * Deletes what is too many, never during a change. What leaves its host goes first, then the highest index: two
     * operators of which only one can reach a host must not choose differently. No stack that serves goes before enough
     * others do.
     */
    private void retire(Service service) {
        if (!fleet.settled()) {
            return;
        }
        List<ServiceStack> remaining = new ArrayList<>(fleet.stacks());
        List<ServiceStack> candidates = remaining.stream()
                .sorted(Comparator.comparing(
                                (ServiceStack stack) -> leaves(service, stack).isEmpty())
                        .thenComparing(
                                Comparator.comparing(ServiceStack::ordinal).reversed()))
                .toList();
        for (ServiceStack stack : candidates) {
            if (remaining.size() <= service.stacks()) {
                return;
            }
            String why = leaves(service, stack)
                    .map(reason -> reason + ", and others have taken over")
                    .orElse("Service " + service.key() + " declares " + service.stacks() + " stacks");
            long others = remaining.stream()
                    .filter(other -> other != stack && fleet.healthy(other))
                    .count();
            if (others < service.stacks() && (fleet.serves(stack) || !fleet.known(stack))) {
                waits.add(new Plan.Wait(
                        "Moving",
                        "Stack " + stack.key() + " goes when " + service.stacks() + " others are healthy",
                        null));
                return;
            }
            remaining.remove(stack);
            actions.add(new Action.DeleteStack(stack, why));
        }
    }

    /** A stack whose record came so late that its index is below the lead's goes before it holds anything. */
    private void turnAway() {
        for (ServiceStack stack : fleet.stacks()) {
            if (fleet.belowLead(stack) && guards.contains(Guard.M11_LEAD_STAYS)) {
                actions.add(new Action.DeleteStack(stack, "its record came late, below the lead's index"));
            }
        }
    }

    private void create(Service service) {
        Optional<ServiceStack> lead = fleet.lead();
        if (!fleet.settled()) {
            return;
        }
        long staying = fleet.stacks().stream()
                .filter(stack -> leaves(service, stack).isEmpty())
                .count();
        // One host for each new stack: where they may share, it comes more than once.
        List<String> chosen = new ArrayList<>();
        for (int ordinal = lowest(lead); staying + chosen.size() < service.stacks(); ordinal++) {
            int k = ordinal;
            if (desired.stacks().stream().anyMatch(s -> s.ordinal() == k) || leftAtProxy(k)) {
                continue;
            }
            Optional<Host> host = places.choose(service, chosen);
            if (host.isEmpty()) {
                waits.add(new Plan.Wait(
                        "SpreadStacks",
                        "SpreadStacks: Service " + service.key() + ": no Ready Host is free for stack " + k
                                + places.nobody(service, chosen)
                                + "; add a Host, lower spec.stacks, or set spec.placement.spread to Preferred",
                        places.allAnswer() ? null : now.plusSeconds(5)));
                return;
            }
            String why = fleet.stacks().stream()
                    .flatMap(stack -> leaves(service, stack).stream())
                    .findFirst()
                    .orElse("Service " + service.key() + " declares " + service.stacks() + " stacks");
            if (!newStack(service, k, host.get(), lead, why)) {
                return;
            }
            chosen.add(host.get().name());
        }
    }

    /** The index from which on a new stack may have one: the lead stays the lead. */
    private int lowest(Optional<ServiceStack> lead) {
        return lead.filter(stack -> stack.joined() && guards.contains(Guard.M11_LEAD_STAYS))
                .map(stack -> stack.ordinal() + 1)
                .orElse(0);
    }

    /**
     * A record without lists: whatever was decided when it was planned may be over when it is created. A stack that
     * joins others takes their list over by a write; here it is only made sure that there are ports for it.
     */
    private boolean newStack(Service service, int ordinal, Host host, Optional<ServiceStack> lead, String why) {
        ServiceStack empty = new ServiceStack(
                new ObjectKey(service.key().namespace(), ServiceStack.name(service.key(), ordinal)),
                0,
                "",
                service.key(),
                ordinal,
                host.name(),
                0,
                0,
                null,
                List.of(),
                null,
                false,
                false);
        int seen = fleet.highestSeen(empty);
        Ports ports = new Ports(host, desired, fleet.takenPorts(host));
        List<Entry> entries = new ArrayList<>();
        int n = seen;
        try {
            for (Entry model : lead.map(ServiceStack::containers).orElse(List.of())) {
                n++;
                int port = ports.choose(empty.owner(n), model.template().ports().size());
                entries.add(new Entry(n, model.version(), model.image(), port, model.template()));
            }
        } catch (Ports.Exhausted e) {
            waits.add(new Plan.Wait("PortRangeExhausted", String.valueOf(e.getMessage()), null));
            return false;
        }
        ServiceStack late = empty.with(lead.map(ServiceStack::change).orElse(0L), n, null, entries, null);
        boolean blank = guards.contains(Guard.M10_JOIN_BY_A_WRITE);
        actions.add(new Action.CreateStack(blank ? empty.with(0, seen, null, List.of(), null) : late, why));
        return true;
    }

    private void release(ServiceStack stack) {
        // A Host that was deleted in spite of its stacks is forgotten: its engine is never asked again.
        boolean forgotten = fleet.host(stack).isEmpty();
        if (!forgotten && !fleet.known(stack)) {
            if (desired.service() == null || desired.service().deleting()) {
                waits.add(new Plan.Wait(
                        "HostUnknown",
                        "Stack " + stack.key() + " cannot be removed while its Host " + stack.hostName()
                                + " does not answer",
                        now.plusSeconds(5)));
            }
            return; // a stack that was moved away holds nobody up; the host tells when it is back
        }
        boolean running = fleet.seen().map(Container::owner).anyMatch(o -> o.stack() == stack.ordinal());
        if (!running && !routed(stack) && observed.proxy().known()) {
            actions.add(new Action.ReleaseStack(
                    stack, forgotten ? "its Host " + stack.hostName() + " was forgotten" : "its containers are gone"));
        }
    }

    private boolean routed(ServiceStack stack) {
        return observed.proxy().live().rows().values().stream()
                .flatMap(row -> row.backends().stream())
                .map(Backend::owner)
                .anyMatch(o -> o.service().equals(stack.service()) && o.stack() == stack.ordinal());
    }

    private boolean leftAtProxy(int ordinal) {
        ObjectKey key = new ObjectKey(desired.key().namespace(), ServiceStack.name(desired.key(), ordinal));
        return observed.proxy().live().stamp(key) > 0;
    }

    private boolean leftAtProxy() {
        RouteTable live = observed.proxy().live();
        return !observed.proxy().known()
                || !live.rowsOf(desired.key()).isEmpty()
                || !live.stampsOf(desired.key()).isEmpty();
    }
}
