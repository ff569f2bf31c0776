package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Service;
import java.util.List;

/** A check that has something to say only about a service that exists and is to stay. */
interface ServiceConstraint extends Constraint {
    List<Violation> check(Service service, Desired desired);

    @Override
    default List<Violation> check(Desired desired) {
        Service service = desired.service();
        return service == null || service.deleting() ? List.of() : check(service, desired);
    }
}
