package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.FakeHost;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done at the proxy for one service beside others, and when a container that left the routes may go. */
class TrafficTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final ObjectKey OTHER = Samples.key("other");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Owner FIRST = new Owner(WEBAPP, 0, 1);
    private static final RouteKey PORT = new RouteKey(8000);
    private Passes passes;

    @BeforeEach
    void settled() {
        List<Endpoint> endpoints =
                List.of(Samples.endpoint("prod", "webapp", 0, 8000), Samples.endpoint("theirs", "other", 0, 9000));
        passes = new Passes(World.of(List.of(Samples.service("webapp", 1, 1, 1)), endpoints, Samples.hosts(1)), WEBAPP);
        passes.settle();
    }

    /** What is planned when the proxy looks like that. */
    private Plan seeing(UnaryOperator<ProxyView> change) {
        World world = passes.world().prepared();
        Map<String, HostView> views = new HashMap<>();
        world.hosts().forEach(host -> views.put(host.name(), world.view(host.name())));
        ProxyView proxy = change.apply(world.proxyView());
        return new Planner().plan(world.desired(WEBAPP), new Observed(views, proxy, Timers.NONE), NOW);
    }

    private static ProxyView refusing(ProxyView p, Map<Integer, String> refused) {
        Map<Integer, Protocol> listeners = new HashMap<>(p.listeners());
        listeners.keySet().removeAll(refused.keySet());
        return new ProxyView(
                null, p.token(), p.settled(), p.live(), p.spare(), p.sessions(), listeners, refused, p.resting());
    }

    private static ProxyView pooling(ProxyView p, RouteKey key, Owner owner, int sessions) {
        Backend backend = new Backend(owner, "10.0.0.01", 20000);
        return new ProxyView(
                null,
                p.token(),
                p.settled(),
                p.live(),
                Map.of(key, Map.of(backend, true)),
                Map.of(owner, sessions),
                p.listeners(),
                p.refused(),
                p.resting());
    }

    private static ProxyView routing(ProxyView p, RouteKey key, String endpoint, ObjectKey service, Owner owner) {
        TreeMap<RouteKey, Row> rows = new TreeMap<>(p.live().rows());
        rows.put(key, new Row(Samples.key(endpoint), service, List.of(new Backend(owner, "10.0.0.01", 20000))));
        RouteTable table = new RouteTable(rows, p.live().stamps());
        return new ProxyView(
                null, p.token(), p.settled(), table, p.spare(), p.sessions(), p.listeners(), p.refused(), p.resting());
    }

    @Test
    void a_port_that_cannot_be_had_is_told_of_only_where_it_is_ones_own() {
        assertThat(seeing(p -> refusing(p, Map.of(8000, "8000 is nginx's"))).waits())
                .contains(new Plan.Wait("PortTaken", "8000 is nginx's", NOW.plusSeconds(10)));
        assertThat(seeing(p -> refusing(p, Map.of(9000, "9000 is nginx's"))).waits())
                .isEmpty();
    }

    @Test
    void pools_that_nothing_needs_are_cleared_when_nobody_is_served_from_them_any_more() {
        String cleared = "prepare :8000 []: the pools that carry no traffic must hold what comes next";
        Owner old = new Owner(WEBAPP, 0, 0);
        assertThat(seeing(p -> pooling(p, PORT, old, 0)).text()).containsExactly(cleared);
        assertThat(seeing(p -> pooling(p, PORT, old, 1)).text()).isEmpty();
        RouteKey theirs = new RouteKey(9000);
        assertThat(seeing(p -> pooling(p, theirs, old, 0)).text())
                .as("a route that somebody else asks for")
                .isEmpty();
        assertThat(seeing(p -> pooling(p, new RouteKey(9000, "a.io", "/"), old, 0))
                        .text())
                .as("what is left where nobody asks any more")
                .containsExactly("prepare a.io:9000 []: the pools that carry no traffic must hold what comes next");
        assertThat(seeing(p -> pooling(p, new RouteKey(9000, "a.io", "/"), new Owner(OTHER, 0, 1), 0))
                        .text())
                .as("another service's")
                .isEmpty();
    }

    @Test
    void rows_of_others_are_left_alone_and_ones_own_that_nobody_asks_for_taken_away() {
        RouteKey theirs = new RouteKey(9000);
        Owner other = new Owner(OTHER, 0, 1);
        assertThat(seeing(p -> routing(p, theirs, "theirs", OTHER, other)).text())
                .isEmpty();
        assertThat(seeing(p -> routing(p, new RouteKey(9000, "a.io", "/"), "gone", WEBAPP, FIRST))
                        .text())
                .contains("switch a.io:9000 []: a.io:9000 is served no more");
        assertThat(seeing(p -> routing(p, theirs, "theirs", WEBAPP, FIRST)).text())
                .as("its endpoint leads to another service by now, which takes the row over")
                .isEmpty();
    }

    private void stray(int n) {
        Entry entry = new Entry(n, new Version("v0.1"), "image", 25000, Samples.TEMPLATE);
        passes.change(w -> w.engine(
                "docker01", host -> host.with(new Owner(WEBAPP, 0, n), new FakeHost.Box("x", entry, Life.HEALTHY))));
    }

    @Test
    void who_is_still_served_may_stay_for_the_drain_bound() {
        passes.live(FIRST, Life.DEAD);
        passes.settle();
        stray(1);
        passes.change(w -> w.proxy(w.proxy().withSessions(Set.of(FIRST))));
        assertThat(passes.plan().text()).isEmpty();
        assertThat(passes.plan().waits())
                .containsExactly(new Plan.Wait(
                        "Draining",
                        "draining: 1 connection at webapp-stack0-app1, removed by 2026-01-01T00:00:30Z at the latest",
                        NOW.plusMillis(200)));
        passes.later(29);
        assertThat(passes.plan().text()).isEmpty();
        passes.later(1);
        assertThat(passes.plan().text()).isNotEmpty();
        passes.settle();
        assertThat(passes.world().box(FIRST)).isEmpty();
    }

    @Test
    void who_is_ending_already_is_told_of_and_not_told_to_end_again() {
        passes.live(FIRST, Life.DEAD);
        passes.settle();
        Entry entry = new Entry(1, new Version("v0.1"), "image", 25000, Samples.TEMPLATE);
        passes.change(w -> w.engine("docker01", host -> host.with(FIRST, new FakeHost.Box("x", entry, Life.LEAVING))));
        assertThat(passes.plan().text()).isEmpty();
        assertThat(passes.plan().waits())
                .containsExactly(
                        new Plan.Wait("Ending", "told to end and not gone yet: webapp-stack0-app1 on docker01", null));
        assertThat(passes.course().last().waits()).isEmpty();
    }

    @Test
    void a_container_gets_the_services_time_to_stop() {
        passes.live(FIRST, Life.DEAD);
        passes.settle();
        stray(1);
        passes.pass();
        assertThat(passes.plan().actions())
                .filteredOn(Action.Remove.class::isInstance)
                .extracting(action -> ((Action.Remove) action).graceSeconds())
                .containsExactly(10);
    }

    @Test
    void who_is_in_a_row_is_not_removed_whatever_the_lists_say() {
        passes.live(FIRST, Life.DEAD);
        passes.settle();
        stray(1);
        assertThat(seeing(p -> routing(p, new RouteKey(9000, "b.io", "/"), "theirs", OTHER, FIRST))
                        .text())
                .noneMatch(line -> line.startsWith("remove "));
    }
}
