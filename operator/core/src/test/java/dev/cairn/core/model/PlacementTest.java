package dev.cairn.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which hosts a service wants. */
class PlacementTest {
    private static Host host(Map<String, String> labels) {
        return new Host("docker01", "tcp://h", "h", 1, 2, false, Host.Availability.ACTIVE, labels, null, Set.of());
    }

    private static boolean admits(Set<String> names, List<Placement.Requirement> requirements, Host host) {
        return new Placement(Placement.Spread.REQUIRED, names, requirements, Duration.ZERO).admits(host);
    }

    @ParameterizedTest(name = "{0} of [east, west] where the label is {1}: {2}")
    @CsvSource({
        "IN, east, true",
        "IN, west, true",
        "IN, north, false",
        "IN, , false",
        "NOT_IN, east, false",
        "NOT_IN, north, true",
        "NOT_IN, , true",
        "EXISTS, east, true",
        "EXISTS, north, true",
        "EXISTS, , false",
        "DOES_NOT_EXIST, east, false",
        "DOES_NOT_EXIST, , true"
    })
    void a_requirement_holds_as_in_kubernetes(Placement.Operator operator, String zone, boolean wanted) {
        Host host = host(zone == null ? Map.of() : Map.of("zone", zone));
        Placement.Requirement requirement = new Placement.Requirement("zone", operator, Set.of("east", "west"));
        assertThat(admits(Set.of(), List.of(requirement), host)).isEqualTo(wanted);
    }

    @Test
    void a_host_is_wanted_by_its_name_and_when_all_requirements_hold() {
        Placement.Requirement zone = new Placement.Requirement("zone", Placement.Operator.EXISTS, Set.of());
        Placement.Requirement disk = new Placement.Requirement("disk", Placement.Operator.EXISTS, Set.of());
        Host host = host(Map.of("zone", "east"));
        assertThat(admits(Set.of(), List.of(), host)).isTrue();
        assertThat(admits(Set.of("docker01", "docker02"), List.of(zone), host)).isTrue();
        assertThat(admits(Set.of("docker02"), List.of(), host)).isFalse();
        assertThat(admits(Set.of("docker02"), List.of(zone), host)).isFalse();
        assertThat(admits(Set.of(), List.of(zone, disk), host)).isFalse();
    }
}
