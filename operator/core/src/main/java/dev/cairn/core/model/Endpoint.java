package dev.cairn.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A declared endpoint, defaults applied. Exactly one of stage and position is set.
 *
 * @param created metadata.creationTimestamp; the older of two endpoints on one route wins
 * @param serviceName service in the same namespace
 * @param stage name of the stage it points at
 * @param position position it points at, 0 or more
 * @param targetPort name or number of the container port
 * @param port port on which the proxy listens, 1 to 65535
 * @param deleting whether the endpoint is being deleted
 */
public record Endpoint(
        ObjectKey key,
        Instant created,
        String serviceName,
        @Nullable String stage,
        @Nullable Integer position,
        String targetPort,
        int port,
        boolean deleting) {

    /** The service it is bound to. */
    public ObjectKey service() {
        return new ObjectKey(key.namespace(), serviceName);
    }

    /** What a request must match to be routed by this endpoint. */
    public RouteKey route() {
        return new RouteKey(port);
    }
}
