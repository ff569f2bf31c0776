package dev.cairn.api;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.RouteKey;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From the resource of an endpoint to the model. */
final class EndpointMapping {
    private static final String TARGET_PORT = "http";
    private static final Pattern NAME = Pattern.compile(Grammar.LABEL);
    private static final Pattern HOSTNAME = Pattern.compile(Grammar.HOSTNAME);
    private static final Pattern URL_PATH = Pattern.compile(Grammar.URL_PATH);
    private static final Pattern DOTS = Pattern.compile("/[.][.]?/");
    private static final int TOP = 31;
    private static final int MOST_NAMES = 16;
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_PATH = 256;

    private EndpointMapping() {}

    static Endpoint toModel(EndpointResource resource) throws InvalidResource {
        Check check = new Check(resource);
        EndpointSpec spec = check.required(resource.getSpec(), "spec");
        if ((spec.stage() == null) == (spec.position() == null)) {
            throw check.invalid(
                    spec.stage() == null ? "spec has neither stage nor position" : "spec has both stage and position",
                    "set exactly one of them");
        }
        Protocol protocol = protocol(check, spec.protocol());
        List<String> hostnames = hostnames(check, spec.hostnames());
        String path = path(check, spec.path());
        if (protocol == Protocol.TCP && !(hostnames.isEmpty() && path.equals(RouteKey.ANY_PATH))) {
            throw check.invalid(
                    "spec.protocol is TCP, and there are hostnames or a path",
                    "leave them out: the whole port leads to the service");
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
                check.deleting(),
                protocol,
                hostnames,
                path);
    }

    private static Protocol protocol(Check check, @Nullable String name) throws InvalidResource {
        if (name == null || name.equals("HTTP")) {
            return Protocol.HTTP;
        }
        if (name.equals("TCP")) {
            return Protocol.TCP;
        }
        throw check.invalid("spec.protocol is " + Check.quoted(name), "it must be HTTP or TCP");
    }

    private static List<String> hostnames(Check check, @Nullable List<String> names) throws InvalidResource {
        if (names == null) {
            return List.of();
        }
        if (names.size() > MOST_NAMES) {
            throw check.invalid(
                    "spec.hostnames has " + names.size() + " names", "at most " + MOST_NAMES + " are possible");
        }
        List<String> hostnames = new ArrayList<>();
        for (String name : names) {
            String wanted = "it must be a DNS name in lower case, such as shop.example.com or *.example.com";
            String hostname = check.text(name, "spec.hostnames", HOSTNAME, wanted);
            if (hostname.length() > LONGEST_NAME) {
                throw check.invalid("spec.hostnames has " + Check.quoted(hostname), wanted);
            }
            hostnames.add(hostname);
        }
        return hostnames;
    }

    /** Without a slash at the end, which makes no difference. */
    private static String path(Check check, @Nullable String declared) throws InvalidResource {
        if (declared == null || declared.equals(RouteKey.ANY_PATH)) {
            return RouteKey.ANY_PATH;
        }
        String wanted = "it must be such as /api, without empty parts, . and ..";
        String path = check.text(declared, "spec.path", URL_PATH, wanted);
        if (path.length() > LONGEST_PATH || DOTS.matcher(path + "/").find()) {
            throw check.invalid("spec.path is " + Check.quoted(path), wanted);
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
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
