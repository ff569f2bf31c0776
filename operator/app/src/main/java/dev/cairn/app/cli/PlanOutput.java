package dev.cairn.app.cli;

import dev.cairn.app.Planning.ServicePlan;
import dev.cairn.core.constraint.Violation;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Plans as people and as programs read them. */
final class PlanOutput {
    private static final String INDENT = "  ";

    private PlanOutput() {}

    /** One line for each action, violation and wait; where there are several services, each under its name. */
    static List<String> lines(List<ServicePlan> plans) {
        List<String> lines = new ArrayList<>();
        for (ServicePlan plan : plans) {
            List<String> own = lines(plan);
            if (plans.size() == 1) {
                return own;
            }
            lines.add("Service " + plan.service() + ":");
            own.forEach(text -> lines.add(INDENT + text));
        }
        return lines.isEmpty() ? List.of("nothing to do") : lines;
    }

    /** A line for a terminal, which keeps its indentation. */
    static String line(String text) {
        return text.startsWith(INDENT) ? INDENT + Texts.line(text) : Texts.line(text);
    }

    private static List<String> lines(ServicePlan plan) {
        List<String> lines = new ArrayList<>();
        plan.actions().forEach(action -> lines.add(action.text()));
        if (plan.done()) {
            lines.add("nothing to do");
        }
        plan.violations().forEach(violation -> lines.add("violated: " + violation.message()));
        plan.waits().forEach(wait -> lines.add("wait: " + wait.message()));
        return lines;
    }

    /** The same with stable names of fields; what an action does not have is left out. */
    static Map<String, Object> json(List<ServicePlan> plans) {
        return Map.of("services", plans.stream().map(PlanOutput::json).toList());
    }

    private static Map<String, Object> json(ServicePlan plan) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("namespace", plan.service().namespace());
        json.put("service", plan.service().name());
        json.put("actions", plan.actions().stream().map(PlanOutput::json).toList());
        json.put("violations", plan.violations().stream().map(PlanOutput::json).toList());
        json.put("waits", plan.waits().stream().map(PlanOutput::json).toList());
        return json;
    }

    private static Map<String, Object> json(Action action) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("action", name(action));
        json.put("object", object(action));
        host(action).ifPresent(host -> json.put("host", host));
        if (action instanceof Action.Start start) {
            json.put("version", start.entry().version().tag());
        }
        json.put("cause", action.cause());
        json.put("text", action.text());
        return json;
    }

    private static Map<String, Object> json(Violation violation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("constraint", violation.constraint());
        json.put("subject", violation.subject());
        json.put("found", violation.found());
        json.put("wanted", violation.wanted());
        json.put("text", violation.message());
        return json;
    }

    private static Map<String, Object> json(Plan.Wait wait) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("reason", wait.reason());
        if (wait.until() != null) {
            json.put("until", wait.until().toString());
        }
        json.put("text", wait.message());
        return json;
    }

    private static String name(Action action) {
        if (action instanceof Action.Write write) {
            String step = write.step().name();
            return step.charAt(0) + step.substring(1).toLowerCase(Locale.ROOT);
        }
        return action.getClass().getSimpleName();
    }

    /** What is acted on: a container, a stack, an image, or routes. */
    private static String object(Action action) {
        if (action instanceof Action.Write write) {
            return write.after().key().name();
        } else if (action instanceof Action.CreateStack create) {
            return create.stack().key().name();
        } else if (action instanceof Action.DeleteStack delete) {
            return delete.stack().key().name();
        } else if (action instanceof Action.ReleaseStack release) {
            return release.stack().key().name();
        } else if (action instanceof Action.ReleaseService release) {
            return release.service().name();
        } else if (action instanceof Action.Pull pull) {
            return pull.image();
        } else if (action instanceof Action.Start start) {
            return start.owner().containerName();
        } else if (action instanceof Action.Remove remove) {
            return remove.owner().containerName();
        } else if (action instanceof Action.Wake wake) {
            return wake.owner().containerName();
        } else if (action instanceof Action.Disconnect disconnect) {
            return disconnect.owner().containerName();
        } else if (action instanceof Action.Listen listen) {
            return listen.ports().keySet().stream().map(String::valueOf).collect(Collectors.joining(","));
        } else if (action instanceof Action.Warm warm) {
            return routes(List.copyOf(warm.rows().keySet()));
        } else if (action instanceof Action.Switch change) {
            return routes(List.copyOf(change.changed()));
        }
        throw new IllegalArgumentException(action.text());
    }

    private static String routes(List<RouteKey> keys) {
        return keys.stream().sorted().map(RouteKey::toString).collect(Collectors.joining(","));
    }

    private static Optional<String> host(Action action) {
        if (action instanceof Action.Pull pull) {
            return Optional.of(pull.host().name());
        } else if (action instanceof Action.Start start) {
            return Optional.of(start.host().name());
        } else if (action instanceof Action.Remove remove) {
            return Optional.of(remove.host().name());
        } else if (action instanceof Action.Write write) {
            return Optional.of(write.after().hostName());
        } else if (action instanceof Action.CreateStack create) {
            return Optional.of(create.stack().hostName());
        } else if (action instanceof Action.DeleteStack delete) {
            return Optional.of(delete.stack().hostName());
        } else if (action instanceof Action.ReleaseStack release) {
            return Optional.of(release.stack().hostName());
        }
        return Optional.empty();
    }
}
