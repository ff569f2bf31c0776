package dev.cairn.app.cli;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackStatus.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which resources are shown: those with a name, a version or a state that a pattern matches. In the pattern {@code *}
 * stands for anything and {@code ?} for one character; without them it may match any part. Case does not count. A
 * version of a service can be named as {@code webapp@v0.3}.
 */
final class Filter {
    /** One of them must match; none lets everything through. */
    private final List<Pattern> patterns;

    private Filter(List<Pattern> patterns) {
        this.patterns = patterns;
    }

    /**
     * @param wildcard null for everything
     */
    static Filter of(@Nullable String wildcard) {
        return new Filter(wildcard == null ? List.of() : List.of(pattern(wildcard)));
    }

    /** What any of the wildcards lets through; everything when there are none. */
    static Filter any(List<String> wildcards) {
        return new Filter(wildcards.stream().map(Filter::pattern).toList());
    }

    private static Pattern pattern(String wildcard) {
        boolean wild = wildcard.contains("*") || wildcard.contains("?");
        StringBuilder regex = new StringBuilder();
        (wild ? wildcard : "*" + wildcard + "*")
                .chars()
                .forEach(c -> regex.append(
                        switch (c) {
                            case '*' -> ".*";
                            case '?' -> ".";
                            default -> Pattern.quote(Character.toString(c));
                        }));
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /** Whether nothing is left out. */
    boolean all() {
        return patterns.isEmpty();
    }

    boolean matches(ServiceResource service) {
        String name = service.getMetadata().getName();
        return named(service)
                || Positions.committed(service).stream()
                        .anyMatch(version -> text(version.tag()) || text(name + "@" + version.tag()));
    }

    boolean matches(EndpointResource endpoint) {
        return named(endpoint)
                || (endpoint.getSpec() != null
                        && (text(endpoint.getSpec().serviceName())
                                || text(endpoint.getSpec().stage())))
                || (endpoint.getStatus() != null
                        && endpoint.getStatus().routes() != null
                        && endpoint.getStatus().routes().stream().anyMatch(route -> text(route.version())));
    }

    boolean matches(HostResource host) {
        return named(host);
    }

    boolean matches(ContainerStatus container) {
        return all() || text(container.name()) || text(container.version()) || text(container.state());
    }

    boolean named(HasMetadata resource) {
        return all() || text(resource.getMetadata().getName()) || text(Snapshot.name(resource));
    }

    boolean text(@Nullable String text) {
        return text != null
                && (all() || patterns.stream().anyMatch(p -> p.matcher(text).matches()));
    }
}
