package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {
    private static final Host NARROW = new Host("docker01", "unix:///run/a.sock", "127.0.0.1", 20000, 20003, false);

    private static Ports ports(Set<Integer> taken) {
        World world = World.of(List.of(), List.of(), List.of(NARROW));
        return new Ports(NARROW, world.desired(Samples.key("webapp")), taken);
    }

    private static Owner owner(int n) {
        return new Owner(Samples.key("webapp"), 0, n);
    }

    @Test
    void all_free_ports_of_the_range_are_given_once_and_then_it_is_said_what_is_wrong() {
        Ports ports = ports(Set.of(20001));
        Set<Integer> given = new HashSet<>();
        for (int n = 1; n <= 3; n++) {
            given.add(ports.choose(owner(n), 1));
        }
        assertThat(given).containsExactlyInAnyOrder(20000, 20002, 20003);
        assertThatThrownBy(() -> ports.choose(owner(4), 1))
                .hasMessage("Host docker01: its port range 20000-20003 has no free port left;"
                        + " widen spec.docker.portRange");
    }

    @Test
    void several_ports_are_neighbours_and_none_needs_none() {
        assertThat(ports(Set.of(20000)).choose(owner(1), 3)).isEqualTo(20001);
        assertThat(ports(Set.of(20000, 20001, 20002, 20003)).choose(owner(1), 0))
                .isZero();
    }

    /** Whether they run or not, and whosever they are: each container keeps its ports for its life. */
    @Test
    void ports_of_recorded_containers_are_taken() {
        Template two = new Template(
                List.of(),
                List.of(),
                Map.of(),
                List.of(new Template.Port("http", 80), new Template.Port("admin", 81)),
                null,
                10);
        Entry recorded = new Entry(1, new Version("v0.1"), "image", 20001, two);
        ServiceStack stack = new ServiceStack(
                Samples.key("other-stack0"),
                1,
                "1",
                Samples.key("other"),
                0,
                "docker01",
                1,
                1,
                null,
                List.of(),
                List.of(recorded),
                false,
                false);
        World world =
                World.of(List.of(), List.of(), List.of(NARROW)).create(stack).world();
        Ports ports = new Ports(NARROW, world.desired(Samples.key("webapp")), Set.of());
        assertThat(Set.of(ports.choose(owner(1), 1), ports.choose(owner(2), 1)))
                .containsExactlyInAnyOrder(20000, 20003);
        assertThatThrownBy(() -> ports.choose(owner(3), 1)).isInstanceOf(Ports.Exhausted.class);
    }

    @Test
    void the_name_decides_where_the_search_starts() {
        assertThat(ports(Set.of()).choose(owner(5), 1))
                .isEqualTo(ports(Set.of()).choose(owner(5), 1));
    }
}
