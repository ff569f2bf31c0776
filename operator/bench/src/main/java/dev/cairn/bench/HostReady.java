package dev.cairn.bench;

import dev.cairn.api.HostResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Waits for a Host to be Ready. */
final class HostReady {
    private HostReady() {}

    /** How long after {@code start} the first Host became Ready. */
    static Duration await(Path kubeconfig, Instant start) {
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build()) {
            client.resources(HostResource.class)
                    .withName("docker01")
                    .waitUntilCondition(
                            host -> host != null
                                    && host.getStatus() != null
                                    && host.getStatus().conditions() != null
                                    && host.getStatus().conditions().stream()
                                            .anyMatch(c -> c.type().equals("Ready")
                                                    && c.status().equals("True")),
                            1,
                            TimeUnit.MINUTES);
            return Duration.between(start, Instant.now());
        }
    }
}
