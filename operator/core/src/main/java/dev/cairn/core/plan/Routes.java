package dev.cairn.core.plan;

import dev.cairn.core.constraint.EndpointService;
import dev.cairn.core.constraint.UniqueRoute;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The route table that one service wants, from its stacks and endpoints; the rows of all others stay as they are. */
final class Routes {
    private final Desired desired;
    private final Observed observed;
    private final Fleet fleet;
    private final Set<Guard> guards;
    private final Instant now;

    Routes(Desired desired, Observed observed, Fleet fleet, Set<Guard> guards, Instant now) {
        this.now = now;
        this.desired = desired;
        this.observed = observed;
        this.fleet = fleet;
        this.guards = guards;
    }

    /** A route that an endpoint of the service has, and the place in the stacks that it points at. */
    private record Pointer(RouteKey key, Endpoint endpoint, int position) {}

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
        live().rows().keySet().forEach(key -> ports.put(key.port(), key.protocol()));
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
        return UniqueRoute.speaker(neighbours(port), live())
                .map(Endpoint::protocol)
                .orElse(null);
    }

    private List<Endpoint> neighbours(int port) {
        return desired.around().endpointsOn(port);
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

    /** The rows that this service should have now: action A10. */
    SortedMap<RouteKey, Row> wanted() {
        List<ServiceStack> stacks = fleet.stacks();
        int height = stacks.stream().mapToInt(s -> list(s).size()).max().orElse(0);
        List<Pointer> pointers = pointers();
        boolean mayMove =
                pointers.stream().filter(pointer -> pointer.position < height).allMatch(this::complete)
                        || !guards.contains(Guard.M5_MOVE_TOGETHER);
        SortedMap<RouteKey, Row> rows = new TreeMap<>();
        for (Pointer pointer : pointers) {
            // Also without a back end: a request that somebody is meant to answer, some day, gets another error than
            // one that nobody has heard of.
            boolean reached = pointer.position < height;
            rows.put(pointer.key, reached ? row(pointer, mayMove) : row(pointer.endpoint, List.of()));
        }
        return rows;
    }

    /** The keys at which the table in force is not as wanted; where no row is wanted, there is one to be taken away. */
    Set<RouteKey> changed(SortedMap<RouteKey, Row> wanted) {
        Set<RouteKey> changed = new HashSet<>(had());
        changed.addAll(wanted.keySet());
        changed.removeIf(key -> Objects.equals(wanted.get(key), live().rows().get(key)));
        return changed;
    }

    /** Whether the table in force was derived from the service's present records. */
    boolean stamped() {
        Map<ObjectKey, Long> present = new HashMap<>();
        desired.stacks().forEach(stack -> present.put(stack.key(), stack.generation()));
        List<ObjectKey> stamped = live().stampsOf(desired.key());
        return stamped.size() == present.size()
                && stamped.stream()
                        .allMatch(stack -> Objects.equals(live().stamps().get(stack), present.get(stack)));
    }

    /** The whole table as it should be in force; the rows and stamps of all other services stay as they are. */
    RouteTable table(SortedMap<RouteKey, Row> wanted) {
        SortedMap<RouteKey, Row> rows = new TreeMap<>(live().rows());
        rows.keySet().removeAll(had());
        rows.putAll(wanted);
        SortedMap<ObjectKey, Long> stamps = new TreeMap<>(live().stamps());
        stamps.keySet().removeAll(live().stampsOf(desired.key()));
        desired.stacks().forEach(stack -> stamps.put(stack.key(), stack.generation()));
        return new RouteTable(rows, stamps);
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
                List<Entry> list = next.apply(stack);
                if (!fleet.lost(stack)
                        && pointer.position < list.size()
                        && !leftBehind(stack, list.get(pointer.position))) {
                    backend(stack, list, pointer).ifPresent(backends::add);
                }
            }
            rows.put(pointer.key, row(pointer.endpoint, backends));
        }
        return rows;
    }

    private boolean held() {
        Service service = desired.service();
        return service != null && service.hold().on(now);
    }

    /** Whether BestEffort goes on without the container. */
    boolean leftBehind(ServiceStack stack, Entry entry) {
        return fleet.strategy() == Service.StrategyType.BEST_EFFORT && fleet.state(stack, entry) == Fleet.State.DEAD;
    }

    /**
     * The list of a stack that the rows follow: the one in force, or, with RollbackOnFailure, the next one as soon as it
     * is this stack's turn and all of it is healthy. What the proxy shows of it stays as long as it is healthy: a
     * restarted operator, which has to measure times anew, must not take it back.
     */
    private List<Entry> list(ServiceStack stack) {
        boolean early = fleet.strategy() == Service.StrategyType.ROLLBACK_ON_FAILURE
                && fleet.underway(stack)
                && fleet.provenSince(stack).isPresent()
                && (inRows(stack) || (!held() && turn(stack) && longEnough(stack, Service.Strategy::minReady)));
        return early ? stack.pending().orElse(List.of()) : fleet.effective(stack);
    }

    /** With RollbackOnFailure, whether all stacks before this one already serve what is new, the first for long enough. */
    boolean turn(ServiceStack stack) {
        boolean first = true;
        for (ServiceStack before : fleet.stacks()) {
            if (before.ordinal() >= stack.ordinal()) {
                return true;
            }
            if (fleet.lost(before)) {
                continue;
            }
            if (held() || !shown(before) || (first && !longEnough(before, Service.Strategy::canary))) {
                return false;
            }
            first = false;
        }
        return true;
    }

    /** Whether the rows in force show all that the stack prepares, and all of it is healthy. */
    boolean shown(ServiceStack stack) {
        return fleet.underway(stack) && fleet.provenSince(stack).isPresent() && inRows(stack);
    }

    private boolean inRows(ServiceStack stack) {
        List<Entry> next = stack.pending().orElse(List.of());
        return pointers().stream().allMatch(pointer -> {
            Set<Backend> wanted = backend(stack, next, pointer).map(Set::of).orElse(Set.of());
            Set<Backend> has = live().row(pointer.key).map(Row::backends).orElse(Collections.emptySortedSet()).stream()
                    .filter(b -> b.owner().service().equals(desired.key())
                            && b.owner().stack() == stack.ordinal())
                    .collect(Collectors.toSet());
            return has.equals(wanted);
        });
    }

    /** Whether what is new on the stack has been healthy for that time, as far as this process knows. */
    boolean longEnough(ServiceStack stack, Function<Service.Strategy, Duration> time) {
        return provenAt(stack, time).filter(at -> !at.isAfter(now)).isPresent();
    }

    /** When that will be so; empty while something is not healthy. */
    Optional<Instant> provenAt(ServiceStack stack, Function<Service.Strategy, Duration> time) {
        Service service = desired.service();
        Duration wanted = service == null ? Duration.ZERO : time.apply(service.strategy());
        return fleet.provenSince(stack).map(since -> since.equals(Instant.MIN) ? since : since.plus(wanted));
    }

    private Row row(Endpoint endpoint, Collection<Backend> backends) {
        return new Row(endpoint.key(), desired.key(), backends);
    }

    /** The keys of the rows in force that are this service's to change or to take away. */
    private Set<RouteKey> had() {
        Set<RouteKey> had = new HashSet<>();
        for (Map.Entry<RouteKey, Row> row : live().rowsOf(desired.key())) {
            if (!takenOver(row.getKey(), row.getValue())) {
                had.add(row.getKey());
            }
        }
        for (Endpoint endpoint : desired.endpointsOfService()) {
            for (RouteKey key : endpoint.routes()) {
                if (live().row(key)
                        .filter(row -> row.endpoint().equals(endpoint.key()))
                        .isPresent()) {
                    had.add(key);
                }
            }
        }
        return had;
    }

    /** Whether the row's endpoint leads to another service by now, which will take the row over when it can. */
    private boolean takenOver(RouteKey key, Row row) {
        Service service = desired.service();
        return service != null
                && !service.deleting()
                && desired.around()
                        .endpoint(row.endpoint())
                        .filter(e -> !e.deleting()
                                && e.routes().contains(key)
                                && !e.service().equals(desired.key()))
                        .isPresent();
    }

    private Row row(Pointer pointer, boolean mayMove) {
        Row live = live().rows().get(pointer.key);
        Set<Backend> before = live == null ? Set.of() : live.backends();
        List<Backend> alive = before.stream().filter(fleet::alive).toList();
        Set<Backend> members = new HashSet<>();
        List<Backend> serving = new ArrayList<>();
        for (ServiceStack stack : fleet.stacks()) {
            List<Entry> list = list(stack);
            Optional<Backend> backend = backend(stack, list, pointer);
            if (backend.isEmpty()) {
                continue;
            }
            members.add(backend.get());
            Fleet.State state = fleet.state(stack, list.get(pointer.position));
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

    /** Whether every container that the row needs on a known host is healthy, and at least one is; BestEffort asks for one. */
    private boolean complete(Pointer pointer) {
        boolean bestEffort = fleet.strategy() == Service.StrategyType.BEST_EFFORT;
        boolean some = false;
        for (ServiceStack stack : fleet.stacks()) {
            List<Entry> list = list(stack);
            if (!fleet.known(stack) || pointer.position >= list.size()) {
                continue;
            }
            boolean healthy = fleet.state(stack, list.get(pointer.position)) == Fleet.State.HEALTHY;
            if (!healthy && !bestEffort) {
                return false;
            }
            some |= healthy;
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
}
