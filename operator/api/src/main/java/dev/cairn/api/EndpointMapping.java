package dev.cairn.api;

import dev.cairn.core.model.Endpoint;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From the resource of an endpoint to the model. */
final class EndpointMapping {
    private static final String TARGET_PORT = "http";
    private static final Pattern NAME = Pattern.compile(Grammar.LABEL);
    private static final int TOP = 31;

    private EndpointMapping() {}

    static Endpoint toModel(EndpointResource resource) throws InvalidResource {
        Check check = new Check(resource);
        EndpointSpec spec = check.required(resource.getSpec(), "spec");
        if ((spec.stage() == null) == (spec.position() == null)) {
            throw check.invalid(
                    spec.stage() == null ? "spec has neither stage nor position" : "spec has both stage and position",
                    "set exactly one of them");
        }
        if (spec.protocol() != null && !spec.protocol().equals("HTTP")) {
            throw check.invalid("spec.protocol is " + Check.quoted(spec.protocol()), "it must be HTTP");
        }
        if (spec.position() != null) {
            check.number(spec.position(), "spec.position", 0, TOP);
        }
        return new Endpoint(
                check.key(),
                created(resource.getMetadata().getCreationTimestamp()),
                check.text(spec.serviceName(), "spec.serviceName", NAME, "it must be the name of a service"),
                spec.stage() == null
                        ? null
                        : check.text(spec.stage(), "spec.stage", NAME, "it must be the name of a stage, such as prod"),
                spec.position(),
                spec.targetPort() == null ? TARGET_PORT : text(spec.targetPort()),
                check.number(spec.port(), "spec.port", 1, 65535),
                check.deleting());
    }

    /** A port's name, or its number written out. */
    static String text(IntOrString port) {
        return String.valueOf(port.getValue());
    }

    /** An endpoint that no server has dated yet is younger than all others. */
    private static Instant created(@Nullable String timestamp) {
        try {
            return timestamp == null ? Instant.MAX : Instant.parse(timestamp);
        } catch (DateTimeParseException e) {
            return Instant.MAX;
        }
    }
}
