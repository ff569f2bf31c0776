package dev.cairn.app;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.core.constraint.Blocks;
import dev.cairn.core.constraint.Violation;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Plan;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Says what the operator would do. It changes nothing. */
@FunctionalInterface
public interface Planning {
    /**
     * What leads from what is observed to what is declared, or would be after some edits.
     *
     * @param services to plan, besides all that the edits concern
     * @throws IOException when something cannot be observed or makes no sense, with one sentence
     */
    List<ServicePlan> plan(Set<ObjectKey> services, Edits edits) throws IOException;

    /** Objects as they would be stored after an edit; they stand in for those of the same names. */
    record Edits(List<ServiceResource> services, List<EndpointResource> endpoints, List<HostResource> hosts) {
        /** Everything is as declared. */
        public static final Edits NONE = new Edits(List.of(), List.of(), List.of());

        public Edits {
            services = List.copyOf(services);
            endpoints = List.copyOf(endpoints);
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * What would be done for one service.
     *
     * @param actions what users are told of, in the order in which it would be done
     * @param violations constraints that will not hold then
     * @param waits what will still be missing then, or until when nothing more is done
     */
    record ServicePlan(ObjectKey service, List<Action> actions, List<Violation> violations, List<Plan.Wait> waits) {
        public ServicePlan {
            actions = List.copyOf(actions);
            violations = List.copyOf(violations);
            waits = List.copyOf(waits);
        }

        /** Whether what is declared is not admissible. */
        public boolean refused() {
            return violations.stream().anyMatch(violation -> violation.blocks() == Blocks.CHANGE);
        }

        /** Whether everything is as it should be, now and later. */
        public boolean done() {
            return actions.isEmpty() && waits.isEmpty();
        }
    }
}
