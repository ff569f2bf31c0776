package dev.cairn.core.model;

import org.jspecify.annotations.Nullable;

/**
 * A readiness probe, with the meaning and defaults of core/v1.
 *
 * @param httpPath path of an HTTP GET that must answer 200 to 399; null for a TCP connect
 * @param port container port that is probed, 1 to 65535
 * @param initialDelaySeconds seconds after the start before the first probe, 0 or more
 * @param periodSeconds seconds between probes, 1 or more
 * @param timeoutSeconds seconds until a probe counts as failed, 1 or more
 * @param failureThreshold failures in a row after which a container that was ready is not, 1 or more
 */
public record Probe(
        @Nullable String httpPath,
        int port,
        int initialDelaySeconds,
        int periodSeconds,
        int timeoutSeconds,
        int failureThreshold) {}
