package dev.cairn.core.plan;

import dev.cairn.core.constraint.Constraints;
import dev.cairn.core.constraint.Declared;
import dev.cairn.core.constraint.Violation;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From what is declared and observed to the actions that the change protocol (docs/protocol.md) enables now. Knows
 * nothing of earlier passes; the same input gives the same plan.
 */
public final class Planner {
    /** The writes that lead to lists which the pools without traffic can be filled for right away. */
    private static final Set<Action.Step> PREPARING =
            EnumSet.of(Action.Step.BEGIN, Action.Step.RETARGET, Action.Step.PREPARE);

    private final Set<Guard> guards;

    public Planner() {
        this(EnumSet.allOf(Guard.class));
    }

    /** For the search that shows what each guard is good for. */
    Planner(Set<Guard> guards) {
        this.guards = guards;
    }

    /** All enabled actions. They may be done side by side, in any order, late, twice or not at all. */
    public Plan plan(Desired desired, Observed observed, Instant now) {
        List<Violation> violations =
                new ArrayList<>(Constraints.check(desired, observed.proxy().live()));
        violations.addAll(Tags.moved(desired, observed));
        Fleet fleet = new Fleet(desired, observed, now);
        Routes routes = new Routes(desired, observed, fleet, guards, now);
        Traffic traffic = new Traffic(desired, observed, fleet, routes, guards, now);
        if (traffic.ahead()) {
            Plan.Wait wait = new Plan.Wait(
                    "LateRead", "the proxy carries a younger record than the one that was read", now.plusMillis(200));
            return new Plan(List.of(), List.of(wait), null, violations);
        }
        List<Action> actions = new ArrayList<>();
        List<Plan.Wait> waits = new ArrayList<>();
        Instant expiry = null;
        Service service = desired.service();
        Stacks stacks = new Stacks(desired, observed, fleet, guards, now);
        stacks.plan();
        if (service != null && !service.deleting()) {
            Changes changes = new Changes(desired, service, observed, fleet, routes.turns(), guards, now);
            changes.plan(declared(service, fleet, violations), traffic.warmed(), stacks.creates());
            actions.addAll(changes.actions());
            waits.addAll(changes.waits());
            expiry = changes.expiry();
            starts(fleet, routes.turns(), actions);
        }
        // At most one write per object: the record of a stack that goes needs no upkeep any more.
        actions.removeIf(action -> action instanceof Action.Write write && stacks.deletes(write.after()));
        actions.addAll(stacks.actions());
        waits.addAll(stacks.waits());
        Fleet coming = coming(desired, observed, fleet, actions, now);
        traffic.plan(coming, coming == fleet ? routes : new Routes(desired, observed, coming, guards, now));
        actions.addAll(traffic.actions());
        waits.addAll(traffic.waits());
        return new Plan(actions, waits, expiry, violations);
    }

    /** The stacks as they will be when what is begun and prepared by these actions is written down. */
    private static Fleet coming(Desired desired, Observed observed, Fleet fleet, List<Action> actions, Instant now) {
        Map<ObjectKey, ServiceStack> prepared = new HashMap<>();
        for (Action action : actions) {
            if (action instanceof Action.Write write && PREPARING.contains(write.step())) {
                prepared.put(write.after().key(), write.after());
            }
        }
        if (prepared.isEmpty()) {
            return fleet;
        }
        List<ServiceStack> stacks = desired.stacks().stream()
                .map(stack -> prepared.getOrDefault(stack.key(), stack))
                .toList();
        return new Fleet(desired.with(stacks), observed, now);
    }

    private static @Nullable List<Version> declared(Service service, Fleet fleet, List<Violation> violations) {
        if (Constraints.blocksChange(violations)) {
            return null;
        }
        return Declared.versions(service, fleet.lead().map(lead -> Changes.versions(lead.containers())));
    }

    /** A7: what should run and does not. */
    private static void starts(Fleet fleet, Turns turns, List<Action> actions) {
        for (ServiceStack stack : fleet.stacks()) {
            Optional<Host> host = fleet.host(stack);
            if (host.isEmpty() || !fleet.known(stack)) {
                continue;
            }
            List<Entry> committed = fleet.effective(stack);
            for (int position = 0; position < committed.size(); position++) {
                start(fleet, stack, host.get(), committed.get(position), "declared at position " + position)
                        .ifPresent(actions::add);
            }
            boolean waits = fleet.strategy() == Service.StrategyType.ROLLBACK_ON_FAILURE && !turns.turn(stack);
            if (fleet.outdated(stack) || fleet.decided(stack) || waits) {
                continue;
            }
            List<Entry> next = stack.pending().orElse(List.of());
            for (int position = 0; position < next.size(); position++) {
                if (!ServiceStack.has(committed, next.get(position).n())) {
                    start(fleet, stack, host.get(), next.get(position), "declared at position " + position)
                            .ifPresent(actions::add);
                }
            }
        }
    }

    private static Optional<Action> start(Fleet fleet, ServiceStack stack, Host host, Entry entry, String cause) {
        String seen = switch (fleet.state(stack, entry)) {
            case MISSING -> ", not running";
            case CREATED -> ", created and not started";
            case STARTING, HEALTHY, DEAD, UNKNOWN -> "";
        };
        return seen.isEmpty()
                ? Optional.empty()
                : Optional.of(new Action.Start(host, stack.owner(entry.n()), entry, cause + seen));
    }
}
