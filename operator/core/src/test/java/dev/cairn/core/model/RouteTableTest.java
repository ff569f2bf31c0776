package dev.cairn.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.port.Samples;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    @Test
    void findsTheStampsOfAServiceAndOfNoNamesake() {
        RouteTable table = new RouteTable(
                new TreeMap<>(),
                stamps(
                        "web-stack0",
                        "web-stack1",
                        "web-stack12",
                        "web-stack",
                        "web-stacks0",
                        "web-stack0-stack0",
                        "web-stack0x",
                        "we-stack0",
                        "webb-stack0",
                        "w",
                        "-stack0"));
        assertThat(table.stampsOf(key("web")))
                .containsExactly(key("web-stack0"), key("web-stack1"), key("web-stack12"));
        assertThat(table.stampsOf(key("web-stack0"))).containsExactly(key("web-stack0-stack0"));
        assertThat(table.stampsOf(new ObjectKey("other", "web"))).isEmpty();
    }

    /** A record that was read again and says the same must not pass for another one. */
    @Test
    void tablesAreEqualWhenTheirRowsAndStampsAre() {
        SortedMap<RouteKey, Row> rows = new TreeMap<>();
        rows.put(new RouteKey(80), new Row(key("shop"), key("web"), List.of()));
        RouteTable table = new RouteTable(rows, stamps("web-stack0"));
        assertThat(table)
                .isEqualTo(new RouteTable(rows, stamps("web-stack0")))
                .hasSameHashCodeAs(new RouteTable(rows, stamps("web-stack0")))
                .hasToString(rows + ", stamps " + stamps("web-stack0"))
                .isNotEqualTo(new RouteTable(rows, stamps("web-stack1")))
                .isNotEqualTo(new RouteTable(new TreeMap<>(), stamps("web-stack0")))
                .isNotEqualTo(rows);
    }

    @Test
    void surroundingsAreEqualWhenAllThatTheyHoldIs() {
        Surroundings around =
                new Surroundings(List.of(), List.of(Samples.endpoint("a", "web", 0, 80)), Samples.hosts(1));
        Surroundings same = new Surroundings(List.of(), List.of(Samples.endpoint("a", "web", 0, 80)), Samples.hosts(1));
        assertThat(around)
                .isEqualTo(same)
                .hasSameHashCodeAs(same)
                .isNotEqualTo(new Surroundings(List.of(), List.of(), Samples.hosts(1)))
                .isNotEqualTo(new Surroundings(List.of(), same.endpoints(), Samples.hosts(2)))
                .isNotEqualTo("else");
        assertThat(around.toString()).startsWith("0 stacks, [Endpoint[");
        assertThat(around.endpoint(key("a"))).hasValue(same.endpoints().get(0));
        assertThat(around.endpoint(key("b"))).isEmpty();
    }

    private static SortedMap<ObjectKey, Long> stamps(String... stacks) {
        SortedMap<ObjectKey, Long> stamps = new TreeMap<>();
        for (String stack : stacks) {
            stamps.put(key(stack), 1L);
        }
        return stamps;
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("default", name);
    }
}
