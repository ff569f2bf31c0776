package dev.cairn.core.model;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container of this installation as its engine reports it.
 *
 * @param id the engine's id
 * @param name the engine's name for it
 * @param owner from its labels
 * @param version from its labels
 * @param templateHash from its labels
 * @param phase what its process does
 * @param health what the readiness probe, else the image's HEALTHCHECK, else its process says
 * @param startedAt the engine's own StartedAt; null when it never ran
 * @param restarts how often the engine has restarted it
 * @param exitCode of its last exit; 0 when it never exited
 * @param address where its ports are published
 * @param ports published host port by container port
 */
public record Container(
        String id,
        String name,
        Owner owner,
        Version version,
        String templateHash,
        Phase phase,
        Health health,
        @Nullable Instant startedAt,
        int restarts,
        int exitCode,
        String address,
        Map<Integer, Integer> ports) {

    /** What the container's process does. */
    public enum Phase {
        /** Created and never started. */
        CREATED,
        RUNNING,
        /** Exited, and the engine is about to start it again. */
        RESTARTING,
        PAUSED,
        /** Exited, and nobody will start it again. */
        EXITED,
        /** Told to end, or being removed: it will be gone without anything being done. */
        LEAVING
    }

    /** Whether it may be routed to. */
    public enum Health {
        STARTING,
        HEALTHY,
        UNHEALTHY,
        /** It ran before anybody here asked it, and has not answered or failed for long enough yet to say. */
        UNKNOWN
    }

    public Container {
        ports = Map.copyOf(ports);
    }
}
