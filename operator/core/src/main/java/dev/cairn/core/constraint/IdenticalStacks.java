package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * All stacks of a service hold the same versions in the same order. A change under way is no exception that would need
 * looking away: the change protocol keeps the <em>effective</em> lists equal in every state, so a difference is always
 * somebody's edit. Stacks that are being deleted are not compared, nor are new ones that hold nothing yet.
 */
final class IdenticalStacks implements ServiceConstraint {
    @Override
    public String id() {
        return "IdenticalStacks";
    }

    @Override
    public List<Violation> check(Service service, Desired desired) {
        List<ServiceStack> stacks =
                desired.stacks().stream().filter(s -> !s.deleting()).toList();
        List<Violation> violations = new ArrayList<>();
        for (ServiceStack stack : stacks) {
            List<Version> ofLead = effective(stacks.get(0), desired);
            List<Version> mine = effective(stack, desired);
            if (stack.edited()) {
                violations.add(new Violation(
                        id(),
                        Named.stack(stack.key()),
                        "its spec was changed by somebody other than the operator",
                        "it is put back; change " + Named.service(service.key()) + " instead"));
            }
            if (!mine.equals(ofLead) && !joining(stack, stacks.get(0))) {
                violations.add(new Violation(
                        id(),
                        Named.stack(stack.key()),
                        "it holds " + Named.list(mine),
                        "it must hold " + Named.list(ofLead) + " as "
                                + stacks.get(0).key().name() + " does"));
            }
        }
        return violations;
    }

    /** Whether the stack is new, holds nothing yet, and is about to take over what the lead holds or is led to. */
    private static boolean joining(ServiceStack stack, ServiceStack lead) {
        return stack.containers().isEmpty() && (stack.change() < lead.change() || stack.next() != null);
    }

    /** E(j) of the change protocol: where its change is decided the list it leads to, else the committed one. */
    private static List<Version> effective(ServiceStack stack, Desired desired) {
        boolean decided = Declared.lead(desired)
                .filter(lead -> lead.pending().isEmpty() && lead.change() == stack.change())
                .isPresent();
        List<Entry> entries = decided ? stack.pending().orElse(stack.containers()) : stack.containers();
        return entries.stream().map(Entry::version).toList();
    }
}
