package dev.cairn.core.engine;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Observed;
import dev.cairn.core.plan.Plan;
import dev.cairn.core.plan.Timers;
import java.time.Instant;
import java.util.List;

/**
 * All that one pass saw, decided and did.
 *
 * @param timers what is to be handed to the next pass of the same service
 * @param lookedAt when proxy and engines were looked at
 */
public record Report(
        Desired desired, Observed observed, Plan plan, List<Outcome> outcomes, Timers timers, Instant lookedAt) {
    public Report {
        outcomes = List.copyOf(outcomes);
    }

    /** Whether a start brings back what somebody took away: a committed container of a stack that runs otherwise. */
    public boolean missed(Action.Start start) {
        return desired.stacks().stream()
                .filter(stack -> stack.owner(start.owner().n()).equals(start.owner()))
                .anyMatch(stack -> stack.containers().contains(start.entry()) && runs(stack) && !heals(stack));
    }

    /** Whether a removal is of a second container of a name that a list has: it is somewhere else than its stack. */
    public boolean duplicate(Action.Remove remove) {
        return desired.lists(remove.owner());
    }

    /** Whether a container is left that was replaced, so that what starts is not missed but new. */
    private boolean heals(ServiceStack stack) {
        return observed.hosts().values().stream()
                .flatMap(view -> view.of(stack.service()).stream())
                .map(container -> container.owner())
                .filter(owner -> stack.owner(owner.n()).equals(owner))
                .anyMatch(owner -> stack.listed().stream().noneMatch(entry -> entry.n() == owner.n()));
    }

    private boolean runs(ServiceStack stack) {
        return observed.hosts().values().stream()
                .flatMap(view -> view.of(stack.service()).stream())
                .anyMatch(container -> stack.owner(container.owner().n()).equals(container.owner()));
    }

    /** Whether nothing but records was written, so that engines and proxy are still as they were seen. */
    boolean wroteRecordsOnly() {
        return !outcomes.isEmpty()
                && outcomes.stream().allMatch(o -> o.action().onRecord() && (o.done() || o.conflict()));
    }

    /** Whether the world may have changed by this pass, so that the next one should follow at once. */
    public boolean again() {
        return outcomes.stream().anyMatch(o -> o.done() || o.conflict());
    }
}
