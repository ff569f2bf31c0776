package dev.cairn.core.plan;

import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ProxyView;
import java.util.Map;

/**
 * Everything outside the record that one pass has seen.
 *
 * @param hosts by host name; a host that is missing here counts as unknown
 * @param proxy the proxy; its token was taken before anything else was read
 * @param timers what the operator remembers between passes
 */
public record Observed(Map<String, HostView> hosts, ProxyView proxy, Timers timers) {
    public Observed {
        hosts = Map.copyOf(hosts);
    }
}
