package dev.cairn.core.model;

/**
 * What a request must match: the proxy's listening port. Host names and paths join it with their feature.
 *
 * @param port 1 to 65535
 */
public record RouteKey(int port) implements Comparable<RouteKey> {
    @Override
    public int compareTo(RouteKey other) {
        return Integer.compare(port, other.port);
    }

    /** {@code :port}. */
    @Override
    public String toString() {
        return ":" + port;
    }
}
