package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.ServiceStack;
import java.util.ArrayList;
import java.util.List;

/**
 * A stack belongs to one service, which exists and whose name its own name carries, and lives on one host, which exists.
 * Stacks that are being deleted are not asked.
 */
final class StackOwner implements Constraint {
    @Override
    public String id() {
        return "StackOwner";
    }

    @Override
    public List<Violation> check(Desired desired) {
        List<Violation> violations = new ArrayList<>();
        for (ServiceStack stack : desired.stacks()) {
            if (stack.deleting()) {
                continue;
            }
            if (desired.service() == null) {
                violations.add(new Violation(
                        id(),
                        Named.stack(stack.key()),
                        "it belongs to " + Named.service(stack.service()) + ", which does not exist",
                        "it is removed"));
            }
            String name = ServiceStack.name(stack.service(), stack.ordinal());
            if (!stack.key().name().equals(name)
                    || !stack.key().namespace().equals(stack.service().namespace())) {
                violations.add(new Violation(
                        id(),
                        Named.stack(stack.key()),
                        "it claims to be stack " + stack.ordinal() + " of " + Named.service(stack.service()),
                        "only " + name + " in namespace " + stack.service().namespace() + " is that"));
            }
            if (desired.host(stack.hostName()).isEmpty()) {
                violations.add(new Violation(
                        id(),
                        Named.stack(stack.key()),
                        "it lives on Host " + Named.plain(stack.hostName()) + ", which does not exist",
                        "create that Host again"));
            }
        }
        return violations;
    }
}
