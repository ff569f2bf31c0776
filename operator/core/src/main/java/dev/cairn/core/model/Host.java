package dev.cairn.core.model;

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
        @Nullable ObjectKey tlsSecret,
        Set<String> engineIds) {
    public Host {
        engineIds = Set.copyOf(engineIds);
    }

    /** A host whose engine is reached without TLS. */
    public Host(String name, String url, String address, int firstPort, int lastPort, boolean deleting) {
        this(name, url, address, firstPort, lastPort, deleting, null, Set.of());
    }
}
