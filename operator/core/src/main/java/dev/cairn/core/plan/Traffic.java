package dev.cairn.core.plan;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What is done at the proxy, and what that allows to remove: actions A10 and A11 of the change protocol. */
final class Traffic {
    private static final Duration RESTORED_AFTER = Duration.ofSeconds(10);
    private static final int DEFAULT_GRACE_SECONDS = 30;

    private final Desired desired;
    private final Observed observed;
    private final Fleet fleet;
    private final Routes routes;
    private final Listeners listeners;
    private final Set<Guard> guards;
    private final Instant now;
    private final ProxyView proxy;
    private final SortedMap<RouteKey, Row> wanted;
    private final Moves moves;
    private final Draining draining;
    private final List<Action> actions = new ArrayList<>();
    private final List<Plan.Wait> waits = new ArrayList<>();

    Traffic(Desired desired, Observed observed, Fleet fleet, Routes routes, Set<Guard> guards, Instant now) {
        this.desired = desired;
        this.observed = observed;
        this.fleet = fleet;
        this.routes = routes;
        this.listeners = new Listeners(desired, observed);
        this.guards = guards;
        this.now = now;
        this.proxy = observed.proxy();
        this.wanted = routes.wanted();
        this.moves = new Moves(desired, observed, wanted);
        this.draining = new Draining(desired, observed, now);
    }

    List<Action> actions() {
        return actions;
    }

    List<Plan.Wait> waits() {
        return waits;
    }

    /** Whether the proxy carries what was derived from a younger record than the one that was read. */
    boolean ahead() {
        return desired.stacks().stream().anyMatch(stack -> proxy.live().stamp(stack.key()) > stack.generation())
                && !restored();
    }

    /** A younger stamp that stays is not a late read: the record was restored from an older copy. */
    private boolean restored() {
        Instant since = observed.timers().stampAboveSince();
        return since != null && !since.plus(RESTORED_AFTER).isAfter(now);
    }

    /** Whether the proxy has seen everything up that the next lists will route to. */
    boolean warmed() {
        if (!proxy.known()) {
            return false;
        }
        SortedMap<RouteKey, Row> ahead = routes.ahead();
        return ahead.entrySet().stream()
                .filter(row -> !row.getValue().equals(proxy.live().rows().get(row.getKey())))
                .allMatch(row -> up(row.getKey(), row.getValue()));
    }

    private boolean up(RouteKey key, Row row) {
        Map<Backend, Boolean> spare = proxy.spare().getOrDefault(key, Map.of());
        return spare.keySet().equals(row.backends()) && !spare.containsValue(false);
    }

    /**
     * @param comingFleet the stacks as they will be when the writes that are planned now are done: what they lead to is
     *     prepared beside them
     */
    void plan(Fleet comingFleet, Routes comingRoutes) {
        listen();
        if (!proxy.known()) {
            waits.add(
                    new Plan.Wait("ProxyUnknown", "the proxy does not answer: " + proxy.trouble(), now.plusSeconds(2)));
            return;
        }
        Set<RouteKey> changed = routes.changed(wanted);
        warm(changed, comingFleet, comingRoutes);
        wake();
        // During a change the record is written again and again; stamps alone are of use to what waits to be removed.
        boolean stamps =
                !routes.stamped() && (fleet.settled() || !fleet.strays().isEmpty());
        if (!changed.isEmpty() || stamps) {
            switchOver(changed);
        }
        remove();
        disconnect();
        draining.asWait().ifPresent(waits::add);
    }

    private String causeToListen() {
        if (!proxy.known()) {
            return "the proxy does not answer";
        }
        return listeners.listeners().isEmpty() ? "no endpoint asks for a port" : "the endpoints ask for these ports";
    }

    private void listen() {
        if (!proxy.known() || !listeners.listens()) {
            actions.add(new Action.Listen(listeners.listeners(), causeToListen()));
            return;
        }
        // Only of its own endpoints: a port that another service cannot have is no reason not to be Ready.
        String refused = desired.endpointsOfService().stream()
                .map(endpoint -> proxy.refused().get(endpoint.port()))
                .filter(Objects::nonNull)
                .distinct()
                .collect(Collectors.joining("; "));
        if (!refused.isEmpty()) {
            waits.add(new Plan.Wait("PortTaken", refused, now.plusSeconds(10)));
        }
    }

    /** Fills the pools that carry no traffic with what comes next, and clears the ones that nothing needs. */
    private void warm(Set<RouteKey> changed, Fleet coming, Routes comingRoutes) {
        SortedMap<RouteKey, Row> rows = new TreeMap<>();
        boolean preparing = coming.stacks().stream().anyMatch(s -> s.next() != null && !coming.decided(s));
        SortedMap<RouteKey, Row> ahead = preparing && stagedHealthy(coming) ? comingRoutes.ahead() : new TreeMap<>();
        Set<RouteKey> keys = new HashSet<>(proxy.spare().keySet());
        keys.addAll(ahead.keySet());
        keys.addAll(changed);
        for (RouteKey key : keys) {
            if (proxy.listeners().get(key.port()) != key.protocol() || !own(key)) {
                continue;
            }
            Row live = proxy.live().rows().get(key);
            Row next = changed.contains(key) ? wanted.get(key) : ahead.get(key);
            Set<Backend> spare = proxy.spare().getOrDefault(key, Map.of()).keySet();
            if (next != null && next.backends().isEmpty()) {
                next = ahead.get(key);
            }
            if (next != null && !next.equals(live)) {
                if (!spare.equals(next.backends())) {
                    rows.put(key, next);
                }
            } else if (!spare.isEmpty() && idle(spare)) {
                rows.put(key, new Row(rowEndpoint(key), desired.key(), List.of()));
            }
        }
        if (!rows.isEmpty()) {
            actions.add(new Action.Warm(rows, "the pools that carry no traffic must hold what comes next"));
        }
    }

    /** Whoever starts a container wakes it afterwards; this is for those that were stopped in between. */
    private void wake() {
        proxy.resting().stream()
                .sorted()
                .filter(fleet::serves)
                .forEach(owner -> actions.add(new Action.Wake(owner, "it runs, and the proxy does not ask it")));
    }

    private ObjectKey rowEndpoint(RouteKey key) {
        Row live = proxy.live().rows().get(key);
        return live == null ? desired.key() : live.endpoint();
    }

    /** Whether the row of that key is this service's to prepare. */
    private boolean own(RouteKey key) {
        Row live = proxy.live().rows().get(key);
        boolean asked = desired.endpointsOfService().stream().anyMatch(e -> e.asksFor(key));
        return asked || (live == null ? left(key) : live.service().equals(desired.key()));
    }

    /** Whether only the service's own containers are left in the pools of a route that nobody asks for any more. */
    private boolean left(RouteKey key) {
        return proxy.spare().getOrDefault(key, Map.of()).keySet().stream()
                        .allMatch(b -> b.owner().service().equals(desired.key()))
                && desired.around().endpointsOn(key.port()).stream().noneMatch(e -> e.asksFor(key));
    }

    private boolean idle(Set<Backend> backends) {
        return backends.stream().noneMatch(b -> proxy.sessions().getOrDefault(b.owner(), 0) > 0);
    }

    private boolean stagedHealthy(Fleet coming) {
        return coming.stacks().stream()
                .filter(stack -> !coming.lost(stack))
                .allMatch(stack -> stack.next() != null
                        && stack.pending().orElse(List.of()).stream()
                                .allMatch(entry -> coming.state(stack, entry) == Fleet.State.HEALTHY
                                        || routes.turns().leftBehind(stack, entry)));
    }

    private void switchOver(Set<RouteKey> changed) {
        List<RouteKey> cold = wanted.entrySet().stream()
                .filter(row -> changed.contains(row.getKey()))
                .filter(row -> !row.getValue().backends().isEmpty() && !up(row.getKey(), row.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (!cold.isEmpty()) {
            waits.add(new Plan.Wait(
                    "Warming", "the proxy has not seen all containers of " + cold + " up yet", now.plusMillis(50)));
            return;
        }
        actions.add(new Action.Switch(
                proxy.token(),
                routes.table(wanted),
                changed,
                changed.isEmpty()
                        ? "the record has changed and the routes have not"
                        : changed.stream().sorted().map(moves::text).distinct().collect(Collectors.joining(", "))));
    }

    private void remove() {
        SortedSet<String> leaving = new TreeSet<>();
        for (Fleet.Stray stray : fleet.strays()) {
            Container container = stray.container();
            Owner owner = container.owner();
            if (container.phase() == Container.Phase.LEAVING) {
                leaving.add(owner.containerName() + " on " + stray.host().name());
                continue;
            }
            if (desired.lists(owner)) { // that one is in its place, and the stray is elsewhere
                removeDuplicate(stray);
                continue;
            }
            if (guards.contains(Guard.M8_NOT_IN_A_ROW) && routed(owner)) {
                continue;
            }
            if (draining.waitsFor(owner, "removed")) {
                continue;
            }
            if (guards.contains(Guard.M3_STAMPS) && !current(owner)) {
                continue;
            }
            int grace = Optional.ofNullable(desired.service())
                    .map(Service::template)
                    .map(t -> t.terminationGracePeriodSeconds())
                    .orElse(DEFAULT_GRACE_SECONDS);
            actions.add(new Action.Remove(
                    stray.host(),
                    owner,
                    container.id(),
                    grace,
                    "no list has it, no row names it, " + draining.end(owner)));
        }
        if (!leaving.isEmpty()) {
            waits.add(new Plan.Wait("Ending", "told to end and not gone yet: " + Draining.some(leaving), null));
        }
    }

    /** Rows and sessions that name it are those of the one in its rightful place, unless they lead to this very place. */
    private void removeDuplicate(Fleet.Stray stray) {
        Owner owner = stray.container().owner();
        boolean reached = proxy.live().rows().values().stream()
                .flatMap(row -> row.backends().stream())
                .filter(backend -> backend.owner().equals(owner))
                .anyMatch(backend -> backend.address().equals(stray.host().address())
                        && stray.container().ports().containsValue(backend.port()));
        if (!reached && current(owner)) {
            actions.add(new Action.Remove(
                    stray.host(), owner, stray.container().id(), 0, "its stack has it on another host"));
        }
    }

    private boolean routed(Owner owner) {
        return proxy.live().names(owner);
    }

    /** Whether the table in force was derived from the present record of the container's stack, and none is coming. */
    private boolean current(Owner owner) {
        Optional<ServiceStack> stack = desired.stacks().stream()
                .filter(s -> s.ordinal() == owner.stack())
                .findFirst();
        if (stack.isPresent()
                && proxy.live().stamp(stack.get().key()) != stack.get().generation()) {
            return false;
        }
        if (!proxy.settled() && actions.stream().noneMatch(Action.Switch.class::isInstance)) {
            // The rows that are in force, not the wanted ones: those may have to wait for their containers.
            actions.add(new Action.Switch(
                    proxy.token(),
                    proxy.live(),
                    Set.of(),
                    "another table is in preparation; this one settles which is in force"));
        }
        return proxy.settled();
    }

    /** What was popped is kept warm for an undo, but nobody may go on with an old version for as long as that. */
    private void disconnect() {
        for (ServiceStack stack : fleet.stacks()) {
            stack.retained().stream()
                    .map(retained -> retained.entry().n())
                    .filter(n -> !ServiceStack.has(NextLists.staged(stack), n))
                    .map(stack::owner)
                    .filter(owner -> draining.connected(owner) && !routed(owner))
                    .filter(owner -> !draining.waitsFor(owner, "closed"))
                    .forEach(owner -> actions.add(new Action.Disconnect(
                            owner, "no row names it, and the time for what is under way is over")));
        }
    }
}
