package dev.cairn.core.plan;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How many stacks there are, and where: their records come and go here. */
final class Stacks {
    private final Desired desired;
    private final Observed observed;
    private final Fleet fleet;
    private final Instant now;
    private final List<Action> actions = new ArrayList<>();
    private final List<Plan.Wait> waits = new ArrayList<>();

    Stacks(Desired desired, Observed observed, Fleet fleet, Instant now) {
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

    void plan() {
        Service service = desired.service();
        if (service == null || service.deleting()) {
            deleteAll();
        } else {
            create(service);
            shrink(service);
        }
        desired.stacks().stream().filter(ServiceStack::deleting).forEach(this::release);
        if (service != null && service.deleting() && desired.stacks().isEmpty() && !leftAtProxy()) {
            actions.add(new Action.ReleaseService(service.key(), "nothing of it is left"));
        }
    }

    /** The lead goes last: its record says which lists are in force. */
    private void deleteAll() {
        List<ServiceStack> staying = fleet.stacks();
        String cause = "Service " + desired.key() + " is being deleted";
        if (desired.stacks().size() == 1) {
            staying.forEach(stack -> actions.add(new Action.DeleteStack(stack, cause)));
        } else {
            staying.stream().skip(1).forEach(stack -> actions.add(new Action.DeleteStack(stack, cause)));
        }
    }

    private void shrink(Service service) {
        boolean changing = fleet.lead().filter(lead -> lead.next() != null).isPresent();
        if (changing) {
            return;
        }
        fleet.stacks().stream()
                .filter(stack -> stack.ordinal() >= service.stacks())
                .forEach(stack -> actions.add(new Action.DeleteStack(
                        stack, "Service " + service.key() + " declares " + service.stacks() + " stacks")));
    }

    private void create(Service service) {
        Optional<ServiceStack> lead = fleet.lead();
        if (lead.filter(l -> l.next() != null).isPresent()) {
            return;
        }
        Set<String> chosen = new HashSet<>();
        for (int ordinal = 0; ordinal < service.stacks(); ordinal++) {
            int k = ordinal;
            if (desired.stacks().stream().anyMatch(s -> s.ordinal() == k) || leftAtProxy(k)) {
                continue;
            }
            Optional<Host> host = choose(service, chosen);
            if (host.isEmpty()) {
                waits.add(new Plan.Wait(
                        "SpreadStacks",
                        "SpreadStacks: Service " + service.key() + ": no Ready Host is free for stack " + k
                                + "; add a Host, lower spec.stacks, or set spec.placement.spread to Preferred",
                        now.plusSeconds(5)));
                return;
            }
            chosen.add(host.get().name());
            newStack(service, k, host.get(), lead);
        }
    }

    /** Placement and spread, least loaded first, ties by name. */
    private Optional<Host> choose(Service service, Set<String> chosen) {
        Set<String> own = new HashSet<>(chosen);
        desired.stacks().forEach(stack -> own.add(stack.hostName()));
        boolean spread = service.spread() == Service.Spread.REQUIRED;
        return desired.hosts().stream()
                .filter(host -> !host.deleting() && viewOf(host).known())
                .filter(host -> !spread || !own.contains(host.name()))
                .min(Comparator.comparing((Host host) -> own.contains(host.name()))
                        .thenComparing(host -> load(host, chosen))
                        .thenComparing(Host::name));
    }

    private HostView viewOf(Host host) {
        return observed.hosts().getOrDefault(host.name(), HostView.unknown("it has not been looked at"));
    }

    private long load(Host host, Set<String> chosen) {
        long stacks = Stream.concat(desired.stacks().stream(), desired.otherStacks().stream())
                .filter(stack -> stack.hostName().equals(host.name()))
                .count();
        return stacks + (chosen.contains(host.name()) ? 1 : 0);
    }

    /** A stack that joins others starts with their list: it is already decided. */
    private void newStack(Service service, int ordinal, Host host, Optional<ServiceStack> lead) {
        ServiceStack empty = new ServiceStack(
                new ObjectKey(service.key().namespace(), ServiceStack.name(service.key(), ordinal)),
                0,
                "",
                service.key(),
                ordinal,
                host.name(),
                lead.map(ServiceStack::change).orElse(0L),
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
            return;
        }
        actions.add(new Action.CreateStack(
                empty.with(empty.change(), n, null, entries, null),
                "Service " + service.key() + " declares " + service.stacks() + " stacks"));
    }

    private void release(ServiceStack stack) {
        // A Host that was deleted in spite of its stacks is forgotten: its engine is never asked again.
        boolean forgotten = fleet.host(stack).isEmpty();
        if (!forgotten && !fleet.known(stack)) {
            waits.add(new Plan.Wait(
                    "HostUnknown",
                    "Stack " + stack.key() + " cannot be removed while its Host " + stack.hostName()
                            + " does not answer",
                    now.plusSeconds(5)));
            return;
        }
        boolean running = observed.hosts().values().stream()
                .flatMap(view -> view.containers().stream())
                .anyMatch(c ->
                        c.owner().service().equals(stack.service()) && c.owner().stack() == stack.ordinal());
        boolean routed = observed.proxy().live().rows().values().stream()
                .flatMap(row -> row.backends().stream())
                .anyMatch(b ->
                        b.owner().service().equals(stack.service()) && b.owner().stack() == stack.ordinal());
        if (!running && !routed && observed.proxy().known()) {
            actions.add(new Action.ReleaseStack(
                    stack, forgotten ? "its Host " + stack.hostName() + " was forgotten" : "its containers are gone"));
        }
    }

    private boolean leftAtProxy(int ordinal) {
        ObjectKey key = new ObjectKey(desired.key().namespace(), ServiceStack.name(desired.key(), ordinal));
        return observed.proxy().live().stamps().containsKey(key);
    }

    private boolean leftAtProxy() {
        ProxyView proxy = observed.proxy();
        Routes routes = new Routes(desired, observed, fleet, Set.of());
        return !proxy.known()
                || proxy.live().rows().values().stream()
                        .anyMatch(row -> row.service().equals(desired.key()))
                || proxy.live().stamps().keySet().stream().anyMatch(routes::ownStamp);
    }
}
