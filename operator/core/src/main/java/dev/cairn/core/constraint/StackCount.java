package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Service;
import java.util.List;

/** A service has one or more stacks. */
final class StackCount implements ServiceConstraint {
    @Override
    public String id() {
        return "StackCount";
    }

    @Override
    public List<Violation> check(Service service, Desired desired) {
        if (service.stacks() >= 1) {
            return List.of();
        }
        return List.of(new Violation(
                id(),
                Named.service(service.key()),
                "stacks is " + service.stacks(),
                "set it to 1 or more, or delete the Service",
                Blocks.CHANGE));
    }
}
