package dev.cairn.core.model;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
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
 * @param protocol what is spoken on the port
 * @param hostnames host names that lead here, in the order declared; empty: all. See {@link RouteKey#host}
 * @param path what the path of a request must begin with. See {@link RouteKey#path}
 */
public record Endpoint(
        ObjectKey key,
        Instant created,
        String serviceName,
        @Nullable String stage,
        @Nullable Integer position,
        String targetPort,
        int port,
        boolean deleting,
        Protocol protocol,
        List<String> hostnames,
        String path) {
    public Endpoint {
        hostnames = List.copyOf(hostnames);
    }

    /** An endpoint for every HTTP request to its port. */
    public Endpoint(
            ObjectKey key,
            Instant created,
            String serviceName,
            @Nullable String stage,
            @Nullable Integer position,
            String targetPort,
            int port,
            boolean deleting) {
        this(
                key,
                created,
                serviceName,
                stage,
                position,
                targetPort,
                port,
                deleting,
                Protocol.HTTP,
                List.of(),
                RouteKey.ANY_PATH);
    }

    /** The service it is bound to. */
    public ObjectKey service() {
        return new ObjectKey(key.namespace(), serviceName);
    }

    /** What leads to this endpoint: one key for each of its host names. */
    public SortedSet<RouteKey> routes() {
        SortedSet<RouteKey> routes = new TreeSet<>();
        if (protocol == Protocol.TCP) {
            routes.add(RouteKey.tcp(port));
        } else if (hostnames.isEmpty()) {
            routes.add(new RouteKey(port, "", path));
        }
        hostnames.forEach(host -> routes.add(new RouteKey(port, host, path)));
        return Collections.unmodifiableSortedSet(routes);
    }

    /** Whether that key is one of its {@link #routes}. */
    public boolean asksFor(RouteKey key) {
        if (hostnames.contains(key.host())) {
            return key.equals(new RouteKey(port, key.host(), path));
        }
        return protocol == Protocol.TCP
                ? key.equals(RouteKey.tcp(port))
                : hostnames.isEmpty() && key.equals(new RouteKey(port, "", path));
    }
}
