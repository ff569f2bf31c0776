package dev.cairn.core.plan;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whether what the stacks prepare may be committed; what is still missing is told. */
final class Readiness {
    private final Service service;
    private final Fleet fleet;
    private final Turns turns;
    private final List<Plan.Wait> waits;

    /**
     * @param waits takes what is still missing
     */
    Readiness(Service service, Fleet fleet, Turns turns, List<Plan.Wait> waits) {
        this.service = service;
        this.fleet = fleet;
        this.turns = turns;
        this.waits = waits;
    }

    /** Whether all that a stack prepares may be committed, as far as that stack is concerned. */
    boolean of(ServiceStack stack) {
        boolean inTurn = fleet.strategy() == Service.StrategyType.ROLLBACK_ON_FAILURE;
        if (inTurn && !turns.turn(stack)) {
            return false;
        }
        boolean healthy = true;
        for (Entry entry : stack.pending().orElse(List.of())) {
            Fleet.State state = fleet.state(stack, entry);
            if (state != Fleet.State.HEALTHY && !turns.leftBehind(stack, entry)) {
                healthy = false;
                waits.add(new Plan.Wait(
                        "Starting",
                        stack.containerName(entry.n()) + " " + entry.version() + " on " + stack.hostName() + " is "
                                + state.name().toLowerCase(Locale.ROOT),
                        fleet.deadline(stack, entry).orElse(null)));
            }
        }
        if (!healthy || !longEnough(stack)) {
            return false;
        }
        if (inTurn && !turns.shown(stack)) {
            return false;
        }
        return !inTurn
                || stack.ordinal() != fleet.lead().map(ServiceStack::ordinal).orElse(0)
                || canaryIsOver(stack);
    }

    /** BestEffort leaves containers behind, but no position to nobody. */
    boolean everyPositionServed(int height) {
        return IntStream.range(0, height)
                .allMatch(position -> fleet.stacks().stream()
                        .filter(stack -> !fleet.lost(stack))
                        .anyMatch(stack -> {
                            List<Entry> next = stack.pending().orElse(List.of());
                            return position < next.size()
                                    && fleet.state(stack, next.get(position)) == Fleet.State.HEALTHY;
                        }));
    }

    /** Whether every new container of the stack that is not left behind has been healthy for as long as the service asks. */
    private boolean longEnough(ServiceStack stack) {
        Optional<Turns.Settling> settling =
                turns.settling(stack, Service.Strategy::minReady).stream().findFirst();
        settling.ifPresent(one -> waits.add(new Plan.Wait(
                "Settling",
                stack.containerName(one.entry().n()) + " " + one.entry().version() + " must have been healthy for "
                        + service.strategy().minReady().toSeconds() + " s",
                one.until())));
        return settling.isEmpty();
    }

    private boolean canaryIsOver(ServiceStack first) {
        Optional<Instant> over = turns.settling(first, Service.Strategy::canary).stream()
                .map(Turns.Settling::until)
                .max(Instant::compareTo);
        over.ifPresent(at -> waits.add(new Plan.Wait(
                "Canary",
                "Stack " + first.key() + " serves the new list alone until it has been healthy for "
                        + service.strategy().canary().toSeconds() + " s",
                at)));
        return over.isEmpty();
    }
}
