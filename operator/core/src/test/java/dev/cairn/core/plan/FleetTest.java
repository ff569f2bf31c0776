package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Container.Health;
import dev.cairn.core.model.Container.Phase;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of a container, as a truth table; which lists are in force, and who is nobody's. */
class FleetTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Entry ENTRY = entry(1);
    private static final String ADDRESS = Samples.address("docker01");

    private final Map<String, List<Container>> containers = new HashMap<>();
    private final TreeMap<RouteKey, Row> rows = new TreeMap<>();
    private Timers timers = Timers.NONE;
    private @Nullable Service service = Samples.service("webapp", 2, 1, 1);

    private static Entry entry(int n) {
        return new Entry(n, new Version("v0." + n), "image", 20000 + n, Samples.TEMPLATE);
    }

    private static ServiceStack stack(
            int k, long change, List<Entry> entries, @Nullable List<Entry> next, boolean deleting) {
        return new ServiceStack(
                Samples.key("webapp-stack" + k),
                1,
                "1",
                WEBAPP,
                k,
                "docker0" + (k + 1),
                change,
                5,
                null,
                entries,
                next,
                deleting,
                false);
    }

    private static ServiceStack stack(int k) {
        return stack(k, 3, List.of(ENTRY), null, false);
    }

    private static Container container(int k, int n, Phase phase, Health health) {
        return container(k, n, phase, health, 0, 0, "v0." + n, Samples.TEMPLATE.hash());
    }

    private static Container container(
            int k, int n, Phase phase, Health health, long age, int restarts, String version, String hash) {
        Owner owner = new Owner(WEBAPP, k, n);
        return new Container(
                "id-" + owner,
                owner.containerName(),
                owner,
                new Version(version),
                hash,
                phase,
                health,
                age < 0 ? null : NOW.minusSeconds(age),
                restarts,
                0,
                Samples.address("docker0" + (k + 1)),
                Map.of());
    }

    private void seen(String host, Container... there) {
        containers.put(host, List.of(there));
    }

    /** Hosts that nothing was put on, not even nothing, do not answer. */
    private Fleet fleet(ServiceStack... stacks) {
        return new Fleet(desired(stacks), observed(), NOW);
    }

    private Desired desired(ServiceStack... stacks) {
        return new Desired(WEBAPP, service, List.of(stacks), List.of(), List.of(), Samples.hosts(2));
    }

    private Observed observed() {
        Map<String, HostView> views = new HashMap<>();
        containers.forEach((host, there) ->
                views.put(host, new HostView(null, "engine-" + host, "1", there, Map.of(), Set.of(80))));
        ProxyView proxy = new ProxyView(
                null, 1, true, new RouteTable(rows, new TreeMap<>()), Map.of(), Map.of(), Map.of(), Map.of());
        return new Observed(views, proxy, timers);
    }

    @ParameterizedTest(name = "{0} {1}, for {2} s, {3} restarts: {4}")
    @CsvSource({
        "CREATED, STARTING, -1, 0, CREATED",
        "RUNNING, STARTING, 0, 0, STARTING",
        "RUNNING, STARTING, -1, 0, STARTING",
        "RUNNING, STARTING, 599, 0, STARTING",
        "RUNNING, STARTING, 600, 0, DEAD",
        "RUNNING, UNHEALTHY, 599, 0, STARTING",
        "RUNNING, UNHEALTHY, 600, 0, DEAD",
        "RUNNING, HEALTHY, 600, 9, HEALTHY",
        "RESTARTING, STARTING, 1, 4, STARTING",
        "RESTARTING, STARTING, 1, 5, DEAD",
        "RESTARTING, STARTING, 600, 0, DEAD",
        "PAUSED, HEALTHY, 1, 0, DEAD",
        "EXITED, STARTING, 1, 0, DEAD"
    })
    void what_a_container_does_decides_its_state(
            Phase phase, Health health, long age, int restarts, Fleet.State state) {
        seen("docker01", container(0, 1, phase, health, age, restarts, "v0.1", Samples.TEMPLATE.hash()));
        for (Service declared : new @Nullable Service[] {service, null}) {
            service = declared;
            assertThat(fleet(stack(0)).state(stack(0), ENTRY)).isEqualTo(state);
        }
    }

    @Test
    void the_deadline_is_the_services_own() {
        service = Samples.behaving(
                Samples.service("webapp", 1, 1, 1),
                Placement.ANYWHERE,
                Service.Promotion.IN_PLACE,
                new Service.Strategy(Duration.ofSeconds(20), Duration.ZERO, Duration.ZERO),
                Service.Retain.NOTHING);
        seen("docker01", container(0, 1, Phase.RUNNING, Health.STARTING, 20, 0, "v0.1", Samples.TEMPLATE.hash()));
        assertThat(fleet(stack(0)).state(stack(0), ENTRY)).isEqualTo(Fleet.State.DEAD);
        assertThat(fleet(stack(0)).deadline(stack(0), ENTRY)).hasValue(NOW);
        service = null;
        assertThat(fleet(stack(0)).deadline(stack(0), ENTRY)).hasValue(NOW.plusSeconds(580));
        assertThat(fleet(stack(0)).deadline(stack(0), entry(2))).isEmpty();
    }

    @Test
    void a_container_with_other_labels_is_not_the_entrys() {
        seen("docker01", container(0, 1, Phase.RUNNING, Health.HEALTHY, 1, 0, "v0.2", Samples.TEMPLATE.hash()));
        assertThat(fleet(stack(0)).state(stack(0), ENTRY)).isEqualTo(Fleet.State.DEAD);
        seen("docker01", container(0, 1, Phase.RUNNING, Health.HEALTHY, 1, 0, "v0.1", "another"));
        assertThat(fleet(stack(0)).state(stack(0), ENTRY)).isEqualTo(Fleet.State.DEAD);
    }

    @Test
    void what_is_not_there_is_missing_unless_the_engine_refuses_it_or_does_not_answer() {
        assertThat(fleet(stack(0)).state(stack(0), ENTRY)).isEqualTo(Fleet.State.UNKNOWN);
        seen("docker01");
        assertThat(fleet(stack(0)).state(stack(0), ENTRY)).isEqualTo(Fleet.State.MISSING);
        timers = timers.startFailed(new Owner(WEBAPP, 0, 1), "no such command");
        assertThat(fleet(stack(0)).state(stack(0), ENTRY)).isEqualTo(Fleet.State.DEAD);
        seen("docker01", container(0, 1, Phase.CREATED, Health.STARTING));
        assertThat(fleet(stack(0)).state(stack(0), ENTRY)).isEqualTo(Fleet.State.DEAD);
    }

    @Test
    void a_follower_has_decided_when_the_lead_has_committed_the_change_that_it_prepared() {
        List<Entry> next = List.of(entry(2));
        ServiceStack lead = stack(0, 3, next, null, false);
        ServiceStack prepared = stack(1, 3, List.of(ENTRY), next, false);
        ServiceStack behind = stack(1, 2, List.of(ENTRY), next, false);
        ServiceStack leading = stack(0, 3, List.of(ENTRY), next, false);
        Fleet committed = fleet(lead, prepared);
        assertThat(committed.decided(prepared)).isTrue();
        assertThat(committed.effective(prepared)).isEqualTo(next);
        assertThat(committed.decided(lead)).isFalse();
        assertThat(committed.outdated(prepared)).isFalse();
        assertThat(committed.underway(prepared)).isFalse();
        assertThat(committed.settled()).isFalse();
        Fleet abandoned = fleet(lead, behind);
        assertThat(abandoned.decided(behind)).isFalse();
        assertThat(abandoned.outdated(behind)).isTrue();
        assertThat(abandoned.underway(behind)).isFalse();
        assertThat(abandoned.effective(behind)).containsExactly(ENTRY);
        Fleet underway = fleet(leading, prepared);
        assertThat(underway.decided(prepared)).isFalse();
        assertThat(underway.underway(prepared)).isTrue();
        assertThat(underway.underway(leading)).isTrue();
        assertThat(fleet(leading, behind).underway(behind)).isFalse();
        assertThat(fleet(leading, stack(1)).underway(stack(1))).isFalse();
        assertThat(fleet(lead, stack(1)).settled()).isTrue();
        assertThat(fleet(lead, stack(1, 2, List.of(), null, false)).settled()).isFalse();
        assertThat(fleet().settled()).isTrue();
        assertThat(fleet(stack(0, 3, List.of(ENTRY), null, true)).effective(stack(0, 3, next, null, true)))
                .isEmpty();
    }

    @Test
    void a_stack_is_healthy_when_all_of_it_is_and_serves_when_something_is() {
        ServiceStack two = stack(0, 3, List.of(ENTRY, entry(2)), null, false);
        ServiceStack none = stack(0, 3, List.of(), null, false);
        Container first = container(0, 1, Phase.RUNNING, Health.HEALTHY);
        seen("docker01", first, container(0, 2, Phase.EXITED, Health.STARTING));
        assertThat(fleet(two).healthy(two)).isFalse();
        assertThat(fleet(two).serves(two)).isTrue();
        seen("docker01", first, container(0, 2, Phase.RUNNING, Health.HEALTHY));
        assertThat(fleet(two).healthy(two)).isTrue();
        seen("docker01");
        assertThat(fleet(two).serves(two)).isFalse();
        assertThat(fleet(none).healthy(none)).isFalse();
        assertThat(fleet(none).serves(none)).isFalse();
    }

    @ParameterizedTest(name = "{0} {1}: alive {2}, serves {3}")
    @CsvSource({
        "RUNNING, HEALTHY, true, true",
        "RUNNING, STARTING, true, false",
        "RESTARTING, HEALTHY, true, false",
        "CREATED, STARTING, false, false",
        "PAUSED, HEALTHY, false, false",
        "EXITED, HEALTHY, false, false"
    })
    void who_runs_may_answer_and_who_is_healthy_does(Phase phase, Health health, boolean alive, boolean serves) {
        seen("docker01", container(0, 1, phase, health), container(0, 2, Phase.CREATED, Health.STARTING));
        Owner owner = new Owner(WEBAPP, 0, 1);
        assertThat(fleet(stack(0)).alive(new Backend(owner, ADDRESS, 1))).isEqualTo(alive);
        assertThat(fleet().alive(new Backend(owner, ADDRESS, 1)))
                .as("of a stack that is gone")
                .isEqualTo(alive);
        assertThat(fleet(stack(0)).serves(owner)).isEqualTo(serves);
    }

    @Test
    void who_cannot_be_seen_may_answer_until_the_host_is_lost() {
        Backend gone = new Backend(new Owner(WEBAPP, 0, 7), ADDRESS, 1);
        assertThat(fleet(stack(0)).alive(gone)).as("its host does not answer").isTrue();
        Map<String, Instant> since = Map.of("docker01", NOW.minus(Fleet.HOST_LOST));
        timers = new Timers(since, Map.of(), Map.of(), Map.of(), Map.of(), null, Map.of(), null, Set.of(), null);
        assertThat(fleet(stack(0)).lost(stack(0))).isTrue();
        assertThat(fleet(stack(0)).alive(gone)).isFalse();
        seen("docker01");
        assertThat(fleet(stack(0)).lost(stack(0))).isFalse();
        assertThat(fleet(stack(0)).alive(gone)).as("its host does not have it").isFalse();
        assertThat(fleet(stack(0)).alive(new Backend(new Owner(Samples.key("other"), 0, 1), ADDRESS, 1)))
                .as("another service's")
                .isTrue();
    }

    @Test
    void ports_are_taken_that_are_published_or_that_a_row_still_names() {
        seen("docker01");
        rows.put(
                new RouteKey(8000),
                new Row(
                        Samples.key("prod"),
                        WEBAPP,
                        List.of(
                                new Backend(new Owner(WEBAPP, 0, 1), ADDRESS, 20001),
                                new Backend(new Owner(WEBAPP, 1, 1), "10.0.0.02", 20002))));
        assertThat(fleet().takenPorts(Samples.hosts(1).get(0))).containsExactlyInAnyOrder(80, 20001);
    }

    @Test
    void a_backend_has_the_host_port_of_the_container_port_that_is_asked_for() {
        Template template = new Template(
                List.of(),
                List.of(),
                Map.of(),
                List.of(new Template.Port("http", 80), new Template.Port("admin", 81)),
                null,
                10);
        Entry entry = new Entry(1, new Version("v0.1"), "image", 20000, template);
        Owner owner = new Owner(WEBAPP, 0, 1);
        Fleet fleet = fleet(stack(0));
        assertThat(fleet.backend(stack(0), entry, 80)).isEqualTo(new Backend(owner, ADDRESS, 20000));
        assertThat(fleet.backend(stack(0), entry, 81)).isEqualTo(new Backend(owner, ADDRESS, 20001));
    }

    @Test
    void strays_are_of_no_stack_of_no_list_or_not_where_they_belong() {
        Container committed = container(0, 1, Phase.RUNNING, Health.HEALTHY);
        Container old = container(0, 4, Phase.RUNNING, Health.HEALTHY);
        Container future = container(0, 6, Phase.RUNNING, Health.HEALTHY);
        Container elsewhere = container(1, 1, Phase.RUNNING, Health.HEALTHY);
        Container nobodys = container(7, 1, Phase.RUNNING, Health.HEALTHY);
        seen("docker01", committed, old, future, elsewhere, nobodys);
        assertThat(strays(fleet(stack(0), stack(1))))
                .as("docker02 does not answer")
                .containsExactly(old, nobodys);
        seen("docker02");
        assertThat(strays(fleet(stack(0), stack(1)))).containsExactly(old, elsewhere, nobodys);
        assertThat(strays(fleet(stack(0, 3, List.of(ENTRY), null, true), stack(1))))
                .containsExactly(committed, old, future, elsewhere, nobodys);
    }

    private static List<Container> strays(Fleet fleet) {
        List<Container> strays = new ArrayList<>();
        fleet.strays().forEach(stray -> strays.add(stray.container()));
        return strays;
    }

    @Test
    void the_highest_number_is_the_stacks_own() {
        seen(
                "docker01",
                container(0, 4, Phase.EXITED, Health.STARTING),
                container(1, 9, Phase.EXITED, Health.STARTING));
        assertThat(fleet().highestSeen(stack(0))).isEqualTo(4);
        seen("docker01");
        assertThat(fleet().highestSeen(stack(0))).isZero();
    }

    /** Where nothing serves yet, nothing needs to be kept from the next stack. */
    @ParameterizedTest(name = "{0}, {1} containers: {2}")
    @CsvSource({
        "COMMIT_AT_END, 1, COMMIT_AT_END",
        "ROLLBACK_ON_FAILURE, 1, ROLLBACK_ON_FAILURE",
        "ROLLBACK_ON_FAILURE, 0, COMMIT_AT_END",
        "BEST_EFFORT, 1, BEST_EFFORT",
        "BEST_EFFORT, 0, BEST_EFFORT"
    })
    void a_first_change_goes_to_all_stacks_at_once(
            Service.StrategyType declared, int height, Service.StrategyType strategy) {
        service = Samples.following(Samples.service("webapp", 2, 1, 1), declared);
        List<Entry> committed = height == 0 ? List.of() : List.of(ENTRY);
        assertThat(fleet(stack(0, 1, committed, null, false)).strategy()).isEqualTo(strategy);
        service = null;
        assertThat(fleet(stack(0)).strategy()).isEqualTo(Service.StrategyType.COMMIT_AT_END);
    }

    @Test
    void a_stack_is_prepared_once_all_of_its_next_list_is_healthy() {
        ServiceStack stack = stack(0, 3, List.of(ENTRY), List.of(ENTRY, entry(2)), false);
        Container first = container(0, 1, Phase.RUNNING, Health.HEALTHY);
        seen("docker01", first);
        assertThat(fleet(stack).prepared(stack)).isFalse();
        seen("docker01", first, container(0, 2, Phase.RUNNING, Health.HEALTHY));
        assertThat(fleet(stack).prepared(stack)).isTrue();
    }

    /** What is new counts; how long what stays has been healthy does not. */
    @Test
    void what_is_new_settles_until_it_has_been_healthy_for_long_enough() {
        ServiceStack stack = stack(0, 3, List.of(ENTRY), List.of(ENTRY, entry(2), entry(3)), false);
        timers = new Timers(
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                null,
                Map.of(
                        new Owner(WEBAPP, 0, 1), NOW,
                        new Owner(WEBAPP, 0, 2), NOW.minusSeconds(5),
                        new Owner(WEBAPP, 0, 3), NOW.minusSeconds(9)),
                null,
                Set.of(),
                null);
        Fleet fleet = fleet(stack);
        Pointers pointers = new Pointers(desired(stack), observed(), fleet);
        Turns turns = new Turns(desired(stack), observed(), fleet, pointers, NOW);
        assertThat(turns.settling(stack, strategy -> Duration.ofSeconds(6)))
                .containsExactly(new Turns.Settling(entry(2), NOW.plusSeconds(1)));
        assertThat(turns.settling(stack, strategy -> Duration.ofSeconds(5))).isEmpty();
    }
}
