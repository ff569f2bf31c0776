package dev.cairn.core.model;

import java.util.Comparator;

/**
 * What must match to be routed. Of several keys that match a request the most specific one has it: an exact host name
 * before the longest wildcard before none, then the longest path.
 *
 * @param port the proxy's listening port, 1 to 65535
 * @param host a DNS name in lower case, or {@code *.} and one, which matches every name below that one; empty: any
 * @param path begins with a slash and matches whole path elements: {@code /api} also {@code /api/x}, not
 *     {@code /apix}; empty: the key takes whole TCP connections
 */
public record RouteKey(int port, String host, String path) implements Comparable<RouteKey> {
    /** The path that matches every request. */
    public static final String ANY_PATH = "/";

    private static final Comparator<RouteKey> ORDER = Comparator.comparingInt(RouteKey::port)
            .thenComparing(RouteKey::host)
            .thenComparing(RouteKey::path);

    /** Every HTTP request to a port. */
    public RouteKey(int port) {
        this(port, "", ANY_PATH);
    }

    /** Every connection to a port. */
    public static RouteKey tcp(int port) {
        return new RouteKey(port, "", "");
    }

    /** What is spoken on its port. */
    public Protocol protocol() {
        return path.isEmpty() ? Protocol.TCP : Protocol.HTTP;
    }

    @Override
    public int compareTo(RouteKey other) {
        return ORDER.compare(this, other);
    }

    /** {@code :80}, {@code shop.example.com:80/api} or {@code :5432/tcp}. */
    @Override
    public String toString() {
        String shown = path.isEmpty() ? "/tcp" : path.equals(ANY_PATH) ? "" : path;
        return host + ":" + port + shown;
    }
}
