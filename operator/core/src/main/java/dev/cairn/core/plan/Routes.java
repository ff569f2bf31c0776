package dev.cairn.core.plan;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.plan.Pointers.Pointer;
import java.time.Instant;
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
final class Routes {
    private final Desired desired;
    private final Observed observed;
    private final Fleet fleet;
    private final Set<Guard> guards;
    private final Pointers pointers;
    private final Turns turns;

    Routes(Desired desired, Observed observed, Fleet fleet, Set<Guard> guards, Instant now) {
        this.pointers = new Pointers(desired, observed, fleet);
        this.turns = new Turns(desired, observed, fleet, pointers, now);
        this.desired = desired;
        this.observed = observed;
        this.fleet = fleet;
        this.guards = guards;
    }

    /** How the change that is under way goes over the stacks. */
    Turns turns() {
        return turns;
    }

    private RouteTable live() {
        return observed.proxy().live();
    }

    /** The rows that this service should have now: action A10. */
    SortedMap<RouteKey, Row> wanted() {
        List<ServiceStack> stacks = fleet.stacks();
        List<Pointer> all = pointers.all();
        int height = stacks.stream().mapToInt(s -> turns.list(s).size()).max().orElse(0);
        boolean mayMove =
                all.stream().filter(pointer -> pointer.position() < height).allMatch(this::complete)
                        || !guards.contains(Guard.M5_MOVE_TOGETHER);
        // Two operators may each have deleted a stack because the other one was there. Those that come in their place
        // hold
        // nothing yet, and until they do the rows keep what they have.
        Service service = desired.service();
        boolean stays = service != null && !service.deleting();
        boolean keep = height == 0 && stays && guards.contains(Guard.M12_ROWS_OUTLIVE_STACKS);
        SortedMap<RouteKey, Row> rows = new TreeMap<>();
        for (Pointer pointer : all) {
            // Also without a back end: a request that somebody is meant to answer, some day, gets another error than
            // one that nobody has heard of.
            boolean reached = pointer.position() < height || keep;
            rows.put(pointer.key(), reached ? row(pointer, mayMove) : row(pointer.endpoint(), List.of()));
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
        List<Map.Entry<ObjectKey, Long>> stamped = live().stampsOf(desired.key());
        return stamped.size() == present.size()
                && stamped.stream().allMatch(stamp -> stamp.getValue().equals(present.get(stamp.getKey())));
    }

    /** The whole table as it should be in force; the rows and stamps of all other services stay as they are. */
    RouteTable table(SortedMap<RouteKey, Row> wanted) {
        SortedMap<RouteKey, Row> rows = new TreeMap<>(live().rows());
        rows.keySet().removeAll(had());
        rows.putAll(wanted);
        SortedMap<ObjectKey, Long> stamps = new TreeMap<>(live().stamps());
        live().stampsOf(desired.key()).forEach(stamp -> stamps.remove(stamp.getKey()));
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
        for (Pointer pointer : pointers.all()) {
            if (pointer.position() >= height) {
                continue;
            }
            List<Backend> backends = new ArrayList<>();
            for (ServiceStack stack : fleet.stacks()) {
                List<Entry> list = next.apply(stack);
                if (!fleet.lost(stack)
                        && pointer.position() < list.size()
                        && !turns.leftBehind(stack, list.get(pointer.position()))) {
                    pointers.backend(stack, list, pointer).ifPresent(backends::add);
                }
            }
            rows.put(pointer.key(), row(pointer.endpoint(), backends));
        }
        return rows;
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
                        .filter(e ->
                                !e.deleting() && e.asksFor(key) && !e.service().equals(desired.key()))
                        .isPresent();
    }

    private Row row(Pointer pointer, boolean mayMove) {
        Row live = live().rows().get(pointer.key());
        Set<Backend> before = live == null ? Set.of() : live.backends();
        List<Backend> alive = before.stream().filter(fleet::alive).toList();
        Set<Backend> members = new HashSet<>();
        List<Backend> serving = new ArrayList<>();
        for (ServiceStack stack : fleet.stacks()) {
            List<Entry> list = turns.list(stack);
            Optional<Backend> backend = pointers.backend(stack, list, pointer);
            if (backend.isEmpty()) {
                continue;
            }
            members.add(backend.get());
            Fleet.State state = fleet.state(stack, list.get(pointer.position()));
            boolean keep = state == Fleet.State.UNKNOWN && !fleet.lost(stack) && before.contains(backend.get());
            if (state == Fleet.State.HEALTHY || keep) {
                serving.add(backend.get());
            }
        }
        boolean mustMove = alive.stream().anyMatch(b -> !members.contains(b));
        if (serving.isEmpty() || (mustMove && !mayMove)) {
            // Better the ones that are there, even if they do not answer well, than none: an empty row serves nobody,
            // and a container that comes back in its place is served again at once, whoever switches late.
            return row(pointer.endpoint(), alive.isEmpty() ? before : alive);
        }
        return row(pointer.endpoint(), serving);
    }

    /** Whether every container that the row needs on a known host is healthy, and at least one is; BestEffort asks for one. */
    private boolean complete(Pointer pointer) {
        boolean bestEffort = fleet.strategy() == Service.StrategyType.BEST_EFFORT;
        boolean some = false;
        for (ServiceStack stack : fleet.stacks()) {
            List<Entry> list = turns.list(stack);
            if (!fleet.known(stack) || pointer.position() >= list.size()) {
                continue;
            }
            boolean healthy = fleet.state(stack, list.get(pointer.position())) == Fleet.State.HEALTHY;
            if (!healthy && !bestEffort) {
                return false;
            }
            some |= healthy;
        }
        return some;
    }
}
