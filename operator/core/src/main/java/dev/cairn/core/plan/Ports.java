package dev.cairn.core.plan;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.Owner;
import java.util.HashSet;
import java.util.Set;

/** Chooses host ports for new containers of one stack. */
final class Ports {
    /** The host's range has no room left. */
    static final class Exhausted extends RuntimeException {
        Exhausted(Host host) {
            super("Host " + host.name() + ": its port range " + host.firstPort() + "-" + host.lastPort()
                    + " has no free port left; widen spec.docker.portRange");
        }
    }

    private final Host host;
    private final Set<Integer> used = new HashSet<>();

    /**
     * @param taken ports of the host that are in use by anybody, whatever the records say
     */
    Ports(Host host, Desired desired, Set<Integer> taken) {
        this.host = host;
        used.addAll(taken);
        desired.stacksOn(host.name())
                .flatMap(stack -> stack.listed().stream())
                .forEach(entry ->
                        occupy(entry.hostPort(), entry.template().ports().size()));
    }

    /**
     * The first of {@code count} free neighbouring ports; 0 when none is asked for. The search starts at a place that
     * the container's name decides: then a port rarely changes hands, and two services that choose at the same time
     * rarely choose the same one. If they do, the engine refuses the second start, and the entry is replaced.
     *
     * @throws Exhausted when there is no such place in the host's range
     */
    int choose(Owner owner, int count) {
        if (count == 0) {
            return 0;
        }
        int places = host.lastPort() - host.firstPort() + 1 - (count - 1);
        int start = places <= 0 ? 0 : Math.floorMod(owner.toString().hashCode() * 0x9E3779B1, places);
        for (int i = 0; i < places; i++) {
            int port = host.firstPort() + (start + i) % places;
            if (free(port, count)) {
                occupy(port, count);
                return port;
            }
        }
        throw new Exhausted(host);
    }

    private boolean free(int port, int count) {
        for (int i = 0; i < count; i++) {
            if (used.contains(port + i)) {
                return false;
            }
        }
        return true;
    }

    private void occupy(int port, int count) {
        for (int i = 0; i < count; i++) {
            used.add(port + i);
        }
    }
}
