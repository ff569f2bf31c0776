package dev.cairn.core.model;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A declared Docker host.
 *
 * @param url {@code unix://} or {@code tcp://}
 * @param address where containers publish their ports and the proxy connects to
 * @param firstPort first host port that Cairn may choose
 * @param lastPort last host port that Cairn may choose
 * @param deleting whether the host is being deleted
 * @param availability what may be put there
 * @param labels of the resource, for services to choose by
 * @param tlsSecret the Secret with what TLS to the engine needs; null: no TLS
 * @param engineIds ids by which its engine is known; empty: none has been seen yet
 */
public record Host(
        String name,
        String url,
        String address,
        int firstPort,
        int lastPort,
        boolean deleting,
        Availability availability,
        Map<String, String> labels,
        @Nullable ObjectKey tlsSecret,
        Set<String> engineIds) {

    /** What may be put on a host. */
    public enum Availability {
        ACTIVE,
        /** No new stacks; those that are there stay. */
        PAUSE,
        /** No new stacks; those that are there move away as soon as others take over. */
        DRAIN
    }

    public Host {
        labels = Map.copyOf(labels);
        engineIds = Set.copyOf(engineIds);
    }

    /** An active host without labels whose engine is reached without TLS. */
    public Host(String name, String url, String address, int firstPort, int lastPort, boolean deleting) {
        this(name, url, address, firstPort, lastPort, deleting, Availability.ACTIVE, Map.of(), null, Set.of());
    }
}
