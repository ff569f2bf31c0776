package dev.cairn.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Timers;
import dev.cairn.core.port.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** F54: who, what, why, when, how it ended and how long it took. */
class PastTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = BEGUN.plusMillis(1500);

    /** A lead stack that holds these versions, leads to others or not, and has failed or not. */
    private static ServiceStack lead(long change, @Nullable Long failed, int[] has, int @Nullable [] next) {
        return new ServiceStack(
                new ObjectKey("default", "webapp-stack0"),
                1,
                "1",
                WEBAPP,
                0,
                "docker01",
                change,
                9,
                failed,
                entries(has),
                next == null ? null : entries(next),
                false,
                false);
    }

    private static List<Entry> entries(int... minors) {
        List<Entry> entries = new ArrayList<>();
        for (int minor : minors) {
            entries.add(new Entry(minor, new Version("v0." + minor), "image", 20000 + minor, Samples.TEMPLATE));
        }
        return entries;
    }

    private static List<Past> after(List<Past> before, Timers timers, ServiceStack lead) {
        Service service = Samples.holding(
                Samples.service("webapp", 1, 2, 1, 2), Service.Hold.NEVER, new Service.Request("", "release 42"));
        Desired desired = new Desired(WEBAPP, service, List.of(lead), List.of(), List.of(), List.of());
        return Past.history(before, desired, timers, "kubectl", NOW);
    }

    private static Timers begun(long change, int... to) {
        return Timers.NONE.begun(lead(change, null, new int[] {1, 2}, to), true, BEGUN);
    }

    @Test
    void a_change_is_told_of_once_when_it_is_over() {
        List<Past> first = after(List.of(), begun(1, 1, 2), lead(1, null, new int[] {1, 2}, null));
        assertThat(first)
                .extracting(Past::text)
                .containsExactly("change 1 from [] to [v0.1, v0.2] committed after 1.5 s, by kubectl: release 42");
        assertThat(after(first, begun(1, 1, 2), lead(1, null, new int[] {1, 2}, null)))
                .isEqualTo(first);
        assertThat(after(first, begun(2, 2, 3), lead(2, null, new int[] {1, 2}, new int[] {2, 3})))
                .as("under way")
                .isEqualTo(first);
        List<Past> second = after(first, begun(2, 2, 3), lead(2, null, new int[] {2, 3}, null));
        assertThat(second.get(0).text())
                .isEqualTo("change 2 from [v0.1, v0.2] to [v0.2, v0.3] committed after 1.5 s, by kubectl: release 42");
        assertThat(second.subList(1, 2)).isEqualTo(first);
    }

    @Test
    void a_change_that_fails_or_is_withdrawn_leaves_what_was_in_force() {
        List<Past> first = after(List.of(), begun(1, 1, 2), lead(1, null, new int[] {1, 2}, null));
        Desired desired =
                new Desired(WEBAPP, Samples.service("webapp", 1, 2, 1, 2), List.of(), List.of(), List.of(), List.of());
        Timers failed = begun(2, 2, 3).changeFailed(desired, BEGUN, "webapp-stack0-app3 exits with code 1");
        List<Past> second = after(first, failed, lead(3, 7L, new int[] {1, 2}, null));
        assertThat(second.get(0).text())
                .isEqualTo("change 3 from [v0.1, v0.2] to [v0.2, v0.3] failed after 1.5 s, by kubectl: release 42;"
                        + " webapp-stack0-app3 exits with code 1");
        List<Past> third = after(second, begun(4, 2, 3), lead(5, null, new int[] {1, 2}, null));
        assertThat(third.get(0).outcome()).isEqualTo(Past.Outcome.WITHDRAWN);
        List<Past> fourth = after(third, begun(6, 2, 3), lead(6, null, new int[] {2, 3}, null));
        assertThat(fourth.get(0).from()).isEqualTo(Samples.versions(1, 2));
    }

    @Test
    void an_operator_that_was_started_since_tells_what_it_knows_and_the_history_is_bounded() {
        List<Past> history = new ArrayList<>();
        for (int change = 1; change <= 12; change++) {
            history = new ArrayList<>(after(
                    history, Timers.NONE, lead(change, null, new int[] {change, change + 1}, null)));
        }
        assertThat(history).hasSize(Past.MOST);
        assertThat(history.get(0).change()).isEqualTo(12);
        assertThat(history.get(0).begun()).isNull();
        assertThat(history.get(0).to()).isEqualTo(Samples.versions(12, 13));
    }
}
