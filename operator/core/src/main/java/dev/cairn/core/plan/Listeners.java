package dev.cairn.core.plan;

import dev.cairn.core.constraint.UniqueRoute;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The ports on which the proxy listens for endpoints, and should. */
final class Listeners {
    private final Desired desired;
    private final Observed observed;

    Listeners(Desired desired, Observed observed) {
        this.desired = desired;
        this.observed = observed;
    }

    /**
     * Whether the proxy listens where it should, as far as one service can tell without walking over all others: on the
     * ports of its own endpoints, and on as many as are declared. Where that number differs somebody has to compare all.
     */
    boolean listens() {
        ProxyView proxy = observed.proxy();
        Map<Integer, Protocol> spoken = proxy.listeners();
        boolean own = desired.endpointsOfService().stream()
                .map(Endpoint::port)
                .allMatch(port -> spoken.containsKey(port)
                        ? spoken.get(port) == protocol(port)
                        : proxy.refused().containsKey(port));
        if (own
                && spoken.size() + proxy.refused().size()
                        == desired.around().ports().size()) {
            return true;
        }
        SortedMap<Integer, Protocol> wanted = listeners();
        Set<Integer> had = new HashSet<>(spoken.keySet());
        had.addAll(proxy.refused().keySet());
        return had.equals(wanted.keySet())
                && spoken.entrySet().stream().allMatch(port -> port.getValue() == wanted.get(port.getKey()));
    }

    /**
     * The ports on which the proxy must listen, and what is spoken there: one per port that somebody has declared or
     * that is still in force.
     */
    SortedMap<Integer, Protocol> listeners() {
        SortedMap<Integer, Protocol> ports = new TreeMap<>();
        observed.proxy().live().rows().keySet().forEach(key -> ports.put(key.port(), key.protocol()));
        for (int port : desired.around().ports()) {
            Protocol protocol = protocol(port);
            if (protocol != null) {
                ports.put(port, protocol);
            }
        }
        return ports;
    }

    /** What its endpoints ask for on a port; null when they are all being deleted. */
    private @Nullable Protocol protocol(int port) {
        return UniqueRoute.speaker(
                        desired.around().endpointsOn(port), observed.proxy().live())
                .map(Endpoint::protocol)
                .orElse(null);
    }
}
