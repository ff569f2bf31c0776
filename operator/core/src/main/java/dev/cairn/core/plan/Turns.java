package dev.cairn.core.plan;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How a change goes over the stacks: over all at once, or, with RollbackOnFailure, over one after the other. */
final class Turns {
    private final Desired desired;
    private final Observed observed;
    private final Fleet fleet;
    private final Pointers pointers;
    private final Instant now;

    Turns(Desired desired, Observed observed, Fleet fleet, Pointers pointers, Instant now) {
        this.desired = desired;
        this.observed = observed;
        this.fleet = fleet;
        this.pointers = pointers;
        this.now = now;
    }

    private boolean held() {
        Service service = desired.service();
        return service != null && service.hold().on(now);
    }

    /** Whether BestEffort goes on without the container. */
    boolean leftBehind(ServiceStack stack, Entry entry) {
        return fleet.strategy() == Service.StrategyType.BEST_EFFORT && fleet.state(stack, entry) == Fleet.State.DEAD;
    }

    /**
     * The list of a stack that the rows follow: the one in force, or, with RollbackOnFailure, the next one as soon as it
     * is this stack's turn and all of it is healthy. What the proxy shows of it stays as long as it is healthy: a
     * restarted operator, which has to measure times anew, must not take it back.
     */
    List<Entry> list(ServiceStack stack) {
        boolean early = fleet.strategy() == Service.StrategyType.ROLLBACK_ON_FAILURE
                && fleet.underway(stack)
                && fleet.prepared(stack)
                && (inRows(stack) || (!held() && turn(stack) && longEnough(stack, Service.Strategy::minReady)));
        return early ? stack.pending().orElse(List.of()) : fleet.effective(stack);
    }

    /** With RollbackOnFailure, whether all stacks before this one already serve what is new, the first for long enough. */
    boolean turn(ServiceStack stack) {
        boolean first = true;
        for (ServiceStack before : fleet.stacks()) {
            if (before.ordinal() >= stack.ordinal()) {
                return true;
            }
            if (fleet.lost(before)) {
                continue;
            }
            if (held() || !shown(before) || (first && !longEnough(before, Service.Strategy::canary))) {
                return false;
            }
            first = false;
        }
        return true;
    }

    /** Whether the rows in force show all that the stack prepares, and all of it is healthy. */
    boolean shown(ServiceStack stack) {
        return fleet.underway(stack) && fleet.prepared(stack) && inRows(stack);
    }

    private boolean inRows(ServiceStack stack) {
        List<Entry> next = stack.pending().orElse(List.of());
        return pointers.all().stream().allMatch(pointer -> {
            Set<Backend> wanted =
                    pointers.backend(stack, next, pointer).map(Set::of).orElse(Set.of());
            Set<Backend> has =
                    observed
                            .proxy()
                            .live()
                            .row(pointer.key())
                            .map(Row::backends)
                            .orElse(Collections.emptySortedSet())
                            .stream()
                            .filter(b -> b.owner().service().equals(desired.key())
                                    && b.owner().stack() == stack.ordinal())
                            .collect(Collectors.toSet());
            return has.equals(wanted);
        });
    }

    private boolean longEnough(ServiceStack stack, Function<Service.Strategy, Duration> time) {
        return fleet.prepared(stack) && settling(stack, time).isEmpty();
    }

    /** What is new on a stack and must be healthy for some time yet, as far as this process knows. */
    record Settling(Entry entry, Instant until) {}

    /** All of what is new on the stack, and not left behind, that has not been healthy for that time. */
    List<Settling> settling(ServiceStack stack, Function<Service.Strategy, Duration> time) {
        Service service = desired.service();
        Duration wanted = service == null ? Duration.ZERO : time.apply(service.strategy());
        return stack.pending().orElse(List.of()).stream()
                .filter(entry -> !ServiceStack.has(stack.containers(), entry.n()) && !leftBehind(stack, entry))
                .map(entry -> new Settling(
                        entry,
                        observed.timers()
                                .healthySince(stack.owner(entry.n()), now)
                                .plus(wanted)))
                .filter(settling -> settling.until.isAfter(now))
                .toList();
    }
}
