package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.FakeHost;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** F86: no change goes on while a service is paused or frozen; what runs is healed all the same. And asking for a retry. */
class HoldTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Service.Hold PAUSED = new Service.Hold(true, List.of());
    /** When {@link Passes} begins. */
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static Passes settled(Service.StrategyType type) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int position = 0; position < 3; position++) {
            endpoints.add(Samples.endpoint("at" + position, "webapp", position, 8000 + position));
        }
        Service service = Samples.following(Samples.service("webapp", 2, 3, 1, 2, 3), type);
        Passes passes = new Passes(World.of(List.of(service), endpoints, Samples.hosts(2)), WEBAPP);
        passes.settle();
        return passes;
    }

    private static void hold(Passes passes, Service.Hold hold) {
        passes.change(w -> w.declare(Samples.holding(w.service(WEBAPP), hold, Service.Request.NONE)));
    }

    private static Service.Freeze freeze(long fromSecond, long toSecond, String reason) {
        return new Service.Freeze(START.plusSeconds(fromSecond), START.plusSeconds(toSecond), reason);
    }

    private static List<Version> committed(Passes passes) {
        return Objects.requireNonNull(passes.world().stacks().get(Samples.key("webapp-stack1"))).containers().stream()
                .map(Entry::version)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Service.StrategyType.class)
    void a_paused_service_is_healed_and_not_changed(Service.StrategyType type) {
        Passes passes = settled(type);
        hold(passes, PAUSED);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(2, 3, 4)));
        passes.live(new Owner(WEBAPP, 0, 1), FakeHost.Life.DEAD);
        List<String> done = passes.settle();
        assertThat(done).anyMatch(line -> line.startsWith("heal "));
        assertThat(done).noneMatch(line -> line.startsWith("begin ") || line.contains("v0.4"));
        assertThat(passes.plan().waits())
                .extracting(Plan.Wait::message)
                .containsExactly("Service default/webapp is paused: the change to [v0.2, v0.3, v0.4] waits until"
                        + " spec.paused is false");
        hold(passes, Service.Hold.NEVER);
        passes.settle();
        assertThat(committed(passes)).isEqualTo(Samples.versions(2, 3, 4));
    }

    @ParameterizedTest
    @EnumSource(Service.StrategyType.class)
    void a_change_that_has_begun_is_not_committed_during_a_freeze_and_may_be_taken_back(Service.StrategyType type) {
        Passes passes = settled(type);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(2, 3, 4)));
        passes.pass();
        hold(passes, new Service.Hold(false, List.of(freeze(0, 3600, "the shop is open"))));
        List<String> done = passes.settle();
        assertThat(done).noneMatch(line -> line.startsWith("commit ") || line.startsWith("switch :"));
        assertThat(passes.plan().waits())
                .extracting(Plan.Wait::message)
                .contains(
                        "Service default/webapp is frozen until 2026-01-01T01:00:00Z (the shop is open): the change to"
                                + " [v0.2, v0.3, v0.4] waits");
        assertThat(passes.plan().lookAgainAt()).hasValue(START.plusSeconds(3600));
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3)));
        passes.settle();
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
        passes.change(w -> w.declare(WEBAPP, Samples.versions(2, 3, 4)));
        passes.later(3600);
        passes.settle();
        assertThat(committed(passes)).isEqualTo(Samples.versions(2, 3, 4));
    }

    @Test
    void windows_that_overlap_or_follow_each_other_are_one() {
        Service.Hold hold = new Service.Hold(
                false,
                List.of(
                        freeze(0, 10, "a"),
                        freeze(5, 20, "b"),
                        freeze(20, 30, "c"),
                        freeze(22, 25, "d"),
                        freeze(31, 40, "e")));
        assertThat(hold.open(START.minusSeconds(1))).isEmpty();
        assertThat(hold.open(START).map(Service.Freeze::to)).hasValue(START.plusSeconds(30));
        assertThat(hold.open(START.plusSeconds(30))).isEmpty();
        assertThat(hold.open(START.plusSeconds(31)).map(Service.Freeze::reason)).hasValue("e");
        assertThat(hold.open(START.plusSeconds(40))).isEmpty();
    }

    @Test
    void a_failed_change_is_tried_again_in_time_or_when_somebody_asks_for_it() {
        Passes passes = settled(Service.StrategyType.COMMIT_AT_END);
        passes.doom(owner -> owner.n() > 3);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3, 4)));
        passes.settle();
        assertThat(passes.plan().text()).isEmpty();
        assertThat(passes.plan().waits())
                .extracting(Plan.Wait::message)
                .containsExactly(
                        "the last change failed: webapp-stack0-app4 v0.4 on docker01 exits with code 137 (started"
                                + " 1 times); it is tried again at 2026-01-01T00:00:01Z, or at once when the Service is edited or"
                                + " annotated with another value of cairn.dev/retry");
        passes.change(w ->
                w.declare(Samples.holding(w.service(WEBAPP), Service.Hold.NEVER, new Service.Request("please", ""))));
        assertThat(passes.settle()).anyMatch(line -> line.startsWith("begin "));
        assertThat(passes.plan().text()).as("the same request asks once").isEmpty();
        passes.later(1);
        assertThat(passes.plan().text()).as("2 s after the second failure").isEmpty();
        passes.later(1);
        assertThat(passes.settle()).anyMatch(line -> line.startsWith("begin "));
    }
}
