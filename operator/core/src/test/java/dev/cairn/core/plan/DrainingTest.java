package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Service;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Connections that outlive the row by which they came: what is told of them, and how they end. */
class DrainingTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Owner FIRST = new Owner(WEBAPP, 0, 1);
    private static final Owner SECOND = new Owner(WEBAPP, 1, 1);
    private static final Owner IN_A_ROW = new Owner(WEBAPP, 0, 2);

    /** Two stacks of v0.2 to v0.4; v0.1 has just been popped, and these containers still serve somebody. */
    private static Passes popped(int retained, Owner... connected) {
        Service service = Samples.retaining(Samples.service("webapp", 2, 3, 1, 2, 3, 4), retained);
        Endpoint prod = Samples.endpoint("prod", "webapp", 0, 8000);
        Passes passes = new Passes(World.of(List.of(service), List.of(prod), Samples.hosts(2)), WEBAPP);
        passes.settle();
        passes.change(w -> w.proxy(w.proxy().withSessions(Set.of(connected))));
        passes.change(w -> w.declare(WEBAPP, Samples.versions(2, 3, 4)));
        passes.settle();
        return passes;
    }

    private static void hangUp(Passes passes, Owner owner) {
        passes.change(w -> {
            Set<Owner> left = new HashSet<>(w.proxy().sessions());
            left.remove(owner);
            return w.proxy(w.proxy().withSessions(left));
        });
    }

    /** What ends connections or containers, until nothing is left to do. */
    private static List<String> ended(Passes passes) {
        return passes.settle().stream()
                .filter(line -> line.startsWith("remove ") || line.startsWith("disconnect "))
                .toList();
    }

    private static List<String> draining(Passes passes) {
        return passes.plan().waits().stream()
                .filter(wait -> wait.reason().equals("Draining"))
                .map(Plan.Wait::message)
                .toList();
    }

    @Test
    void it_is_said_where_somebody_is_connected_and_until_when_that_is_waited_for() {
        Passes passes = popped(0, FIRST, SECOND, IN_A_ROW);
        assertThat(draining(passes))
                .containsExactly("draining: 1 connection at webapp-stack0-app1, removed by 2026-01-01T00:00:30Z at the"
                        + " latest; 1 connection at webapp-stack1-app1, removed by 2026-01-01T00:00:30Z at the latest");
        passes.later(10);
        hangUp(passes, FIRST);
        assertThat(ended(passes))
                .containsExactly(
                        "remove webapp-stack0-app1 on docker01: no list has it, no row names it, no session is left");
        assertThat(draining(passes))
                .containsExactly(
                        "draining: 1 connection at webapp-stack1-app1, removed by 2026-01-01T00:00:30Z at the latest");
    }

    @Test
    void what_is_still_connected_when_the_time_is_over_ends_with_its_container() {
        Passes passes = popped(0, FIRST);
        passes.later(29);
        assertThat(ended(passes)).isEmpty();
        passes.later(1);
        assertThat(ended(passes))
                .containsExactly("remove webapp-stack0-app1 on docker01: no list has it, no row names it, the time for"
                        + " its 1 connection is over");
        assertThat(draining(passes)).isEmpty();
    }

    /** The time counts anew for an operator that has not seen how the container came into a row again and left it. */
    @Test
    void what_somebody_else_has_put_back_and_popped_again_meanwhile_has_its_time_once_more() {
        Passes asleep = popped(1, FIRST);
        Passes other = new Passes(asleep.world(), WEBAPP);
        other.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3, 4)));
        other.settle();
        assertThat(other.world().proxy().live().names(FIRST)).isTrue();
        other.change(w -> w.declare(WEBAPP, Samples.versions(2, 3, 4)));
        other.settle();
        asleep.later(30);
        asleep.change(w -> other.world());
        assertThat(ended(asleep)).isEmpty();
        asleep.later(29);
        assertThat(ended(asleep)).isEmpty();
        asleep.later(1);
        assertThat(ended(asleep)).singleElement().asString().startsWith("disconnect webapp-stack0-app1");
    }

    @Test
    void what_is_kept_for_an_undo_loses_its_connections_after_the_same_time_and_stays() {
        Passes passes = popped(1, FIRST, IN_A_ROW);
        assertThat(draining(passes))
                .containsExactly(
                        "draining: 1 connection at webapp-stack0-app1, closed by 2026-01-01T00:00:30Z at the latest");
        passes.later(29);
        assertThat(ended(passes)).isEmpty();
        passes.later(1);
        assertThat(ended(passes))
                .containsExactly("disconnect webapp-stack0-app1: no row names it, and the time for what is under way"
                        + " is over");
        assertThat(passes.world().proxy().sessions()).containsExactly(IN_A_ROW);
        assertThat(passes.world().box(FIRST)).isPresent();
        assertThat(draining(passes)).isEmpty();
    }

    @Test
    void what_comes_back_keeps_its_connections() {
        Passes passes = popped(1, FIRST);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3, 4)));
        passes.pass();
        passes.later(30);
        assertThat(ended(passes)).isEmpty();
        assertThat(passes.world().proxy().sessions()).containsExactly(FIRST);
    }

    @Test
    void of_many_containers_the_first_ones_are_named() {
        Owner[] many = {FIRST, SECOND, new Owner(WEBAPP, 0, 2), new Owner(WEBAPP, 1, 2), new Owner(WEBAPP, 1, 3)};
        Passes passes = popped(0, many);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(3, 4, 5)));
        passes.settle();
        passes.change(w -> w.declare(WEBAPP, Samples.versions(4, 5, 5)));
        passes.settle();
        assertThat(draining(passes)).singleElement().asString().endsWith("; and 2 more containers");
    }
}
