package dev.cairn.adapters.docker;

import java.time.Duration;

/**
 * Bounds of the Docker adapter. Each is per engine.
 *
 * @param parallel calls under way at once, 1 or more; pulls, which wait more than they work, have the same number
 *     again for themselves, so that they never hold up a look
 * @param callTimeout longest time for one call that should be quick (create, start, inspect)
 * @param lookTimeout longest time for a whole look
 * @param pullTimeout longest time for pulling one image
 * @param portTimeout longest wait for a started container's ports to be reported
 * @param firstProbeTimeout longest time that a look waits for the first probe of containers that ran before it
 * @param pingInterval time between two checks that an engine whose event stream is silent still answers
 */
public record DockerConfig(
        int parallel,
        Duration callTimeout,
        Duration lookTimeout,
        Duration pullTimeout,
        Duration portTimeout,
        Duration firstProbeTimeout,
        Duration pingInterval) {

    /** The defaults: 8 calls, 30 s each, 10 s for a look, 10 min for a pull. */
    public static DockerConfig defaults() {
        return new DockerConfig(
                8,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10));
    }
}
