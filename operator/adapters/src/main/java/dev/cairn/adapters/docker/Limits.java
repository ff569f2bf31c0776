package dev.cairn.adapters.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.cairn.core.model.Resources;
import dev.cairn.core.model.Security;
import dev.cairn.core.model.Template;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a container may use and do, in Docker's terms. */
record Limits(Resources resources, Security security) {
    private static final long NANOS_PER_THOUSANDTH = 1_000_000;

    /** What the kubelet makes of one processor. */
    private static final long SHARES_PER_CPU = 1024;

    private static final long LEAST_SHARES = 2;
    private static final long MOST_SHARES = 262_144;

    static Limits of(Template template) {
        return new Limits(template.resources(), template.security());
    }

    /** {@code user} or {@code user:group}; empty: the image's own. */
    Optional<String> user() {
        Long user = security.runAsUser();
        Long group = security.runAsGroup();
        return user == null ? Optional.empty() : Optional.of(group == null ? user.toString() : user + ":" + group);
    }

    /** The first capability that Docker does not know. */
    Optional<String> unknownCapability() {
        Set<String> known = Stream.of(Capability.values()).map(Enum::name).collect(Collectors.toSet());
        return Stream.concat(security.addCapabilities().stream(), security.dropCapabilities().stream())
                .filter(name -> !known.contains(name))
                .findFirst();
    }

    /**
     * @throws IllegalArgumentException when a capability is unknown
     */
    void apply(HostConfig config) {
        if (resources.cpuLimit() > 0) {
            config.withNanoCPUs(resources.cpuLimit() * NANOS_PER_THOUSANDTH);
        }
        if (resources.memoryLimit() > 0) {
            config.withMemory(resources.memoryLimit()).withMemorySwap(resources.memoryLimit()); // no swap beyond it
        }
        if (resources.cpuRequest() > 0) {
            long shares = resources.cpuRequest() * SHARES_PER_CPU / 1000;
            config.withCpuShares((int) Math.min(MOST_SHARES, Math.max(LEAST_SHARES, shares)));
        }
        if (resources.memoryRequest() > 0) {
            config.withMemoryReservation(resources.memoryRequest());
        }
        if (security.readOnlyRootFilesystem()) {
            config.withReadonlyRootfs(true);
        }
        if (security.noNewPrivileges()) {
            config.withSecurityOpts(List.of("no-new-privileges"));
        }
        config.withCapAdd(capabilities(security.addCapabilities()));
        config.withCapDrop(capabilities(security.dropCapabilities()));
    }

    private static Capability[] capabilities(List<String> names) {
        return names.stream().map(Capability::valueOf).toArray(Capability[]::new);
    }
}
