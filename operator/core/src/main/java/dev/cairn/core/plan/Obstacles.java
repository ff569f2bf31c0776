package dev.cairn.core.plan;

import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Why no change may begin, or be committed, now; each tells so. */
final class Obstacles {
    private final Service service;
    private final Observed observed;
    private final Fleet fleet;
    private final Instant now;
    private final List<Plan.Wait> waits;

    /**
     * @param waits takes the reasons
     */
    Obstacles(Service service, Observed observed, Fleet fleet, Instant now, List<Plan.Wait> waits) {
        this.service = service;
        this.observed = observed;
        this.fleet = fleet;
        this.now = now;
        this.waits = waits;
    }

    /** Whether somebody has said that nothing may change now. */
    boolean held(List<Version> wanted) {
        Service.Hold hold = service.hold();
        if (hold.paused()) {
            waits.add(new Plan.Wait(
                    "Paused",
                    "Service " + service.key() + " is paused: the change to " + wanted
                            + " waits until spec.paused is false",
                    null));
            return true;
        }
        Optional<Service.Freeze> freeze = hold.open(now);
        freeze.ifPresent(open -> waits.add(new Plan.Wait(
                "Frozen",
                "Service " + service.key() + " is frozen until " + open.to()
                        + (open.reason().isEmpty() ? "" : " (" + open.reason() + ")") + ": the change to " + wanted
                        + " waits",
                open.to())));
        return freeze.isPresent();
    }

    /** Whether the last change to what is declared now has failed, and is not to be tried again yet. */
    boolean failure(ServiceStack lead) {
        Instant retry = observed.timers().retryAllowedAt(service.request().retry());
        if (lead.failedGeneration() == null || lead.failedGeneration() != service.generation() || !retry.isAfter(now)) {
            return false;
        }
        Timers.Attempts last = observed.timers().retries();
        String why = last == null ? "its reason is not known any more" : last.why();
        waits.add(new Plan.Wait(
                "ChangeFailed",
                "the last change failed: " + why + "; it is tried again "
                        + (retry.equals(Instant.MAX) ? "later" : "at " + Instant.ofEpochSecond(retry.getEpochSecond()))
                        + ", or at once when the Service is edited or annotated with another value of cairn.dev/retry",
                retry.equals(Instant.MAX) ? null : retry));
        return true;
    }

    /** Whether a host does not answer that has not been given up yet. */
    boolean host() {
        boolean blocked = fleet.stacks().stream().noneMatch(fleet::known);
        for (ServiceStack stack : fleet.stacks()) {
            if (!fleet.known(stack)) {
                String trouble = fleet.view(stack).trouble();
                waits.add(new Plan.Wait(
                        "HostUnknown",
                        "Host " + stack.hostName() + " of " + stack.key().name() + " does not answer"
                                + (trouble == null ? "" : ": " + trouble),
                        now.plusSeconds(5)));
                blocked |= !fleet.lost(stack);
            }
        }
        return blocked;
    }
}
