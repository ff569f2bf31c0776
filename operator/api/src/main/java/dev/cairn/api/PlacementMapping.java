package dev.cairn.api;

import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Placement.Operator;
import dev.cairn.core.model.Placement.Requirement;
import dev.cairn.core.model.Placement.Spread;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From the placement of a service's resource to the model. */
final class PlacementMapping {
    private static final Map<String, Spread> SPREADS =
            Map.of("Required", Spread.REQUIRED, "Preferred", Spread.PREFERRED);
    private static final Map<String, Operator> OPERATORS = Map.of(
            "In", Operator.IN,
            "NotIn", Operator.NOT_IN,
            "Exists", Operator.EXISTS,
            "DoesNotExist", Operator.DOES_NOT_EXIST);
    private static final String SELECTOR = "spec.placement.hostSelector";

    private PlacementMapping() {}

    static Placement toModel(Check check, ServiceSpec.@Nullable PlacementSpec given) throws InvalidResource {
        ServiceSpec.PlacementSpec spec = given == null ? new ServiceSpec.PlacementSpec(null, null, null, null) : given;
        return new Placement(
                check.oneOf(spec.spread(), SPREADS, Spread.REQUIRED, "spec.placement.spread"),
                new HashSet<>(check.items(spec.hostNames(), "spec.placement.hostNames")),
                requirements(check, spec.hostSelector()),
                ServiceMapping.seconds(
                        check,
                        spec.rescheduleAfterSeconds(),
                        300,
                        "spec.placement.rescheduleAfterSeconds",
                        0,
                        7 * 86400));
    }

    private static List<Requirement> requirements(Check check, ServiceSpec.@Nullable HostSelector selector)
            throws InvalidResource {
        List<Requirement> requirements = new ArrayList<>();
        if (selector == null) {
            return requirements;
        }
        Check.labels(selector.matchLabels())
                .forEach((label, value) -> requirements.add(new Requirement(label, Operator.IN, Set.of(value))));
        for (ServiceSpec.HostRequirement expression :
                check.items(selector.matchExpressions(), SELECTOR + ".matchExpressions")) {
            requirements.add(
                    requirement(check, expression, SELECTOR + ".matchExpressions[" + requirements.size() + "]"));
        }
        return requirements;
    }

    private static Requirement requirement(Check check, ServiceSpec.HostRequirement expression, String field)
            throws InvalidResource {
        Operator operator = check.oneOf(
                check.required(expression.operator(), field + ".operator"),
                OPERATORS,
                Operator.IN,
                field + ".operator");
        List<String> values = check.items(expression.values(), field + ".values");
        boolean takesValues = operator == Operator.IN || operator == Operator.NOT_IN;
        if (takesValues == values.isEmpty()) {
            throw check.invalid(
                    field + " has " + values.size() + " values",
                    "In and NotIn need some, Exists and DoesNotExist take none");
        }
        return new Requirement(check.required(expression.key(), field + ".key"), operator, new HashSet<>(values));
    }
}
