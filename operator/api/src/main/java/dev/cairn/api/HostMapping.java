package dev.cairn.api;

import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From the resource of a host to the model. */
final class HostMapping {
    private static final int FIRST_PORT = 20000;
    private static final int LAST_PORT = 29999;
    private static final String LOOPBACK = "127.0.0.1";
    private static final Pattern URL = Pattern.compile(Grammar.ENGINE_URL);
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");
    private static final Pattern ADDRESS = Pattern.compile(Grammar.IPV4);

    private static final Map<String, Host.Availability> AVAILABILITIES = Map.of(
            "Active", Host.Availability.ACTIVE, "Pause", Host.Availability.PAUSE, "Drain", Host.Availability.DRAIN);

    private HostMapping() {}

    static Host toModel(HostResource resource) throws InvalidResource {
        Check check = new Check(resource);
        HostSpec.DockerSpec docker =
                check.required(check.required(resource.getSpec(), "spec").docker(), "spec.docker");
        String url = check.text(
                docker.url(), "spec.docker.url", URL, "it must be unix:///path/to/docker.sock or tcp://host:port");
        HostSpec.PortRange range = docker.portRange() == null ? new HostSpec.PortRange(null, null) : docker.portRange();
        int first = check.number(range.first(), FIRST_PORT, "spec.docker.portRange.first", 1, 65535);
        int last = check.number(range.last(), LAST_PORT, "spec.docker.portRange.last", 1, 65535);
        if (first > last) {
            throw check.invalid(
                    "spec.docker.portRange is " + first + " to " + last, "first must not be higher than last");
        }
        return new Host(
                check.name(),
                url,
                address(check, docker, url),
                first,
                last,
                check.deleting(),
                check.oneOf(
                        resource.getSpec().availability(),
                        AVAILABILITIES,
                        Host.Availability.ACTIVE,
                        "spec.availability"),
                Check.labels(resource.getMetadata().getLabels()),
                tlsSecret(check, docker, url),
                engineIds(resource));
    }

    /** The accepted one alone would make a Host without a history refuse its engine. */
    private static Set<String> engineIds(HostResource resource) {
        Map<String, String> annotations = resource.getMetadata().getAnnotations();
        String engine = annotations == null ? null : annotations.get(CairnNames.ENGINE_ANNOTATION);
        if (annotations == null || engine == null || engine.isEmpty()) {
            return Set.of();
        }
        Set<String> ids = new HashSet<>(Set.of(engine));
        ids.add(annotations.getOrDefault(CairnNames.ACCEPT_ENGINE_ANNOTATION, engine));
        return ids;
    }

    private static @Nullable ObjectKey tlsSecret(Check check, HostSpec.DockerSpec docker, String url)
            throws InvalidResource {
        HostSpec.SecretRef ref = docker.tlsSecretRef();
        if (ref == null) {
            return null;
        }
        String field = "spec.docker.tlsSecretRef";
        if (!url.startsWith("tcp://")) {
            throw check.invalid(field + " is set with the url " + Check.quoted(url), "TLS needs a tcp:// url");
        }
        return new ObjectKey(
                check.text(ref.namespace(), field + ".namespace", NAMESPACE, "it must be the name of a namespace"),
                check.text(ref.name(), field + ".name", NAME, "it must be the name of a Secret"));
    }

    private static String address(Check check, HostSpec.DockerSpec docker, String url) throws InvalidResource {
        if (docker.address() == null && url.startsWith("unix://")) {
            return LOOPBACK;
        }
        if (docker.address() == null) {
            throw check.invalid(
                    "spec.docker.address is missing",
                    "with a tcp:// url it must be one IPv4 address of the host, such as 10.0.0.11");
        }
        return check.text(
                docker.address(),
                "spec.docker.address",
                ADDRESS,
                "it must be one IPv4 address of the host, such as 10.0.0.11");
    }
}
