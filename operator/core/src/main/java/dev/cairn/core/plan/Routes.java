package dev.cairn.core.plan;

import dev.cairn.core.constraint.EndpointService;
import dev.cairn.core.constraint.UniqueRoute;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The route table that one service wants, from its stacks and endpoints; the rows of all others stay as they are. */
public final class Routes {
    private final Desired desired;
    private final Observed observed;
    private final Fleet fleet;
    private final Set<Guard> guards;

    Routes(Desired desired, Observed observed, Fleet fleet, Set<Guard> guards) {
        this.desired = desired;
        this.observed = observed;
        this.fleet = fleet;
        this.guards = guards;
    }

    /** A route that an endpoint of the service has, and the place in the stacks that it points at. */
    private record Pointer(RouteKey key, Endpoint endpoint, int position) {}

    /**
     * The ports on which the proxy must listen, and what is spoken there: one per port that somebody has declared or
     * that is still in force.
     */
    public SortedMap<Integer, Protocol> listeners() {
        SortedMap<Integer, Protocol> ports = new TreeMap<>();
        live().rows().keySet().forEach(key -> ports.put(key.port(), key.protocol()));
        Map<Integer, Protocol> declared = new HashMap<>();
        Set<Integer> contested = new HashSet<>();
        for (Endpoint endpoint : desired.endpoints()) {
            Protocol other = endpoint.deleting() ? null : declared.put(endpoint.port(), endpoint.protocol());
            if (other != null && other != endpoint.protocol()) {
                contested.add(endpoint.port());
            }
        }
        ports.putAll(declared);
        contested.forEach(port ->
                UniqueRoute.speaker(neighbours(port), live()).ifPresent(first -> ports.put(port, first.protocol())));
        return ports;
    }

    private List<Endpoint> neighbours(int port) {
        return desired.endpoints().stream().filter(e -> e.port() == port).toList();
    }

    private RouteTable live() {
        return observed.proxy().live();
    }

    private List<Pointer> pointers() {
        Service service = desired.service();
        List<Pointer> pointers = new ArrayList<>();
        if (service == null || service.deleting()) {
            return pointers;
        }
        for (Endpoint endpoint : desired.endpointsOfService()) {
            EndpointService.position(endpoint, service)
                    .ifPresent(position ->
                            held(endpoint).forEach(key -> pointers.add(new Pointer(key, endpoint, position))));
        }
        return pointers;
    }

    /** The routes that an endpoint has, as far as the proxy listens for them. */
    private List<RouteKey> held(Endpoint endpoint) {
        if (observed.proxy().listeners().get(endpoint.port()) != endpoint.protocol()) {
            return List.of();
        }
        List<Endpoint> neighbours = neighbours(endpoint.port());
        return endpoint.routes().stream()
                .filter(key -> UniqueRoute.holder(key, neighbours, live())
                        .filter(endpoint::equals)
                        .isPresent())
                .toList();
    }

    /** The table that should be in force now: action A10. */
    public RouteTable wanted() {
        List<ServiceStack> stacks = fleet.stacks();
        int height =
                stacks.stream().mapToInt(s -> fleet.effective(s).size()).max().orElse(0);
        List<Pointer> pointers = pointers();
        boolean mayMove =
                pointers.stream().filter(pointer -> pointer.position < height).allMatch(this::complete)
                        || !guards.contains(Guard.M5_MOVE_TOGETHER);
        SortedMap<RouteKey, Row> rows = others();
        for (Pointer pointer : pointers) {
            // Also without a back end: a request that somebody is meant to answer, some day, gets another error than
            // one that nobody has heard of.
            boolean reached = pointer.position < height;
            rows.put(pointer.key, reached ? row(pointer, mayMove) : row(pointer.endpoint, List.of()));
        }
        return new RouteTable(rows, stamps());
    }

    /** The rows that would be wanted if every stack had its next list; no death, nothing missing. */
    SortedMap<RouteKey, Row> ahead() {
        Function<ServiceStack, List<Entry>> next = stack -> stack.pending().orElse(fleet.effective(stack));
        int height = fleet.stacks().stream()
                .mapToInt(s -> next.apply(s).size())
                .max()
                .orElse(0);
        SortedMap<RouteKey, Row> rows = new TreeMap<>();
        for (Pointer pointer : pointers()) {
            if (pointer.position >= height) {
                continue;
            }
            List<Backend> backends = new ArrayList<>();
            for (ServiceStack stack : fleet.stacks()) {
                if (!fleet.lost(stack)) {
                    backend(stack, next.apply(stack), pointer).ifPresent(backends::add);
                }
            }
            rows.put(pointer.key, row(pointer.endpoint, backends));
        }
        return rows;
    }

    private Row row(Endpoint endpoint, Collection<Backend> backends) {
        return new Row(endpoint.key(), desired.key(), backends);
    }

    /** Rows that this service leaves alone: those of other services, except what is left of its own. */
    private SortedMap<RouteKey, Row> others() {
        SortedMap<RouteKey, Row> rows = new TreeMap<>(live().rows());
        rows.entrySet()
                .removeIf(row ->
                        row.getValue().service().equals(desired.key()) && !takenOver(row.getKey(), row.getValue()));
        desired.endpointsOfService()
                .forEach(e -> e.routes().stream()
                        .filter(key -> Optional.ofNullable(live().rows().get(key))
                                .filter(row -> row.endpoint().equals(e.key()))
                                .isPresent())
                        .forEach(rows::remove));
        return rows;
    }

    /** Whether the row's endpoint leads to another service by now, which will take the row over when it can. */
    private boolean takenOver(RouteKey key, Row row) {
        Service service = desired.service();
        return service != null
                && !service.deleting()
                && desired.endpoints().stream()
                        .anyMatch(e -> e.key().equals(row.endpoint())
                                && !e.deleting()
                                && e.routes().contains(key)
                                && !e.service().equals(desired.key()));
    }

    private SortedMap<ObjectKey, Long> stamps() {
        SortedMap<ObjectKey, Long> stamps = new TreeMap<>(live().stamps());
        stamps.keySet().removeIf(this::ownStamp);
        desired.stacks().forEach(stack -> stamps.put(stack.key(), stack.generation()));
        return stamps;
    }

    /** Whether a stamp is that of a stack of this service, present or gone. */
    boolean ownStamp(ObjectKey stack) {
        String prefix = desired.key().name() + "-stack";
        return stack.namespace().equals(desired.key().namespace())
                && stack.name().startsWith(prefix)
                && stack.name().length() > prefix.length()
                && stack.name().substring(prefix.length()).chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private Row row(Pointer pointer, boolean mayMove) {
        Row live = live().rows().get(pointer.key);
        Set<Backend> before = live == null ? Set.of() : live.backends();
        List<Backend> alive = before.stream().filter(fleet::alive).toList();
        Set<Backend> members = new HashSet<>();
        List<Backend> serving = new ArrayList<>();
        for (ServiceStack stack : fleet.stacks()) {
            Optional<Backend> backend = backend(stack, fleet.effective(stack), pointer);
            if (backend.isEmpty()) {
                continue;
            }
            members.add(backend.get());
            Fleet.State state = fleet.state(stack, fleet.effective(stack).get(pointer.position));
            boolean keep = state == Fleet.State.UNKNOWN && !fleet.lost(stack) && before.contains(backend.get());
            if (state == Fleet.State.HEALTHY || keep) {
                serving.add(backend.get());
            }
        }
        boolean mustMove = alive.stream().anyMatch(b -> !members.contains(b));
        if (serving.isEmpty() || (mustMove && !mayMove)) {
            // Better the ones that are there, even if they do not answer well, than none: an empty row serves nobody,
            // and a container that comes back in its place is served again at once, whoever switches late.
            return row(pointer.endpoint, alive.isEmpty() ? before : alive);
        }
        return row(pointer.endpoint, serving);
    }

    /** Whether every container that the row needs on a known host is healthy, and at least one is. */
    private boolean complete(Pointer pointer) {
        boolean some = false;
        for (ServiceStack stack : fleet.stacks()) {
            List<Entry> list = fleet.effective(stack);
            if (!fleet.known(stack) || pointer.position >= list.size()) {
                continue;
            }
            if (fleet.state(stack, list.get(pointer.position)) != Fleet.State.HEALTHY) {
                return false;
            }
            some = true;
        }
        return some;
    }

    private Optional<Backend> backend(ServiceStack stack, List<Entry> list, Pointer pointer) {
        if (pointer.position >= list.size()) {
            return Optional.empty();
        }
        Entry entry = list.get(pointer.position);
        return entry.template()
                .port(pointer.endpoint.targetPort())
                .map(Template.Port::containerPort)
                .map(port -> fleet.backend(stack, entry, port));
    }

    /** The keys of the rows in which two tables differ. */
    static Set<RouteKey> changed(Map<RouteKey, Row> before, Map<RouteKey, Row> after) {
        Set<RouteKey> changed = new HashSet<>(before.keySet());
        changed.addAll(after.keySet());
        changed.removeIf(key -> Objects.equals(before.get(key), after.get(key)));
        return changed;
    }
}
