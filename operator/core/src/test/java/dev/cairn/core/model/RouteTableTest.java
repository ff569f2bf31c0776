package dev.cairn.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.port.Samples;
import java.util.List;
import java.util.Map;
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
                .extracting(Map.Entry::getKey)
                .containsExactly(key("web-stack0"), key("web-stack1"), key("web-stack12"));
        assertThat(table.stampsOf(key("web-stack0")))
                .extracting(Map.Entry::getKey)
                .containsExactly(key("web-stack0-stack0"));
        assertThat(table.stampsOf(new ObjectKey("other", "web"))).isEmpty();
        assertThat(table.stamp(key("web-stack12"))).isEqualTo(table.stamps().get(key("web-stack12")));
        assertThat(table.stamp(key("web-stack2"))).isZero();
        assertThat(table.stamp(key("web"))).isZero();
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
    void whatOneSwitchChangesIsDoneToWhatAnotherHasLeft() {
        Row web = new Row(key("shop"), key("web"), List.of());
        Row api = new Row(key("api"), key("api"), List.of());
        RouteTable seen = table(Map.of(80, web), Map.of("web-stack0", 1L, "api-stack0", 1L));
        RouteTable now = table(Map.of(80, web, 81, api), Map.of("web-stack0", 1L, "api-stack0", 2L));
        assertThat(now.with(seen, table(Map.of(), Map.of("web-stack0", 2L, "api-stack0", 1L))))
                .as("a row goes, a stamp is raised")
                .contains(table(Map.of(81, api), Map.of("web-stack0", 2L, "api-stack0", 2L)));
        assertThat(now.with(seen, table(Map.of(80, web, 82, web), Map.of("api-stack0", 1L))))
                .as("a row comes, a stamp goes")
                .contains(table(Map.of(80, web, 81, api, 82, web), Map.of("api-stack0", 2L)));
        assertThat(now.with(seen, seen)).as("nothing to do").contains(now);
        assertThat(now.with(seen, table(Map.of(80, web, 81, web), Map.of("web-stack0", 1L, "api-stack0", 1L))))
                .as("the same row has come meanwhile")
                .isEmpty();
        assertThat(now.with(seen, table(Map.of(80, web), Map.of("web-stack0", 1L, "api-stack0", 3L))))
                .as("the same stamp was raised meanwhile")
                .isEmpty();
        assertThat(seen.with(now, table(Map.of(80, web), Map.of("web-stack0", 1L, "api-stack0", 2L))))
                .as("the row that goes has gone meanwhile")
                .isEmpty();
    }

    private static RouteTable table(Map<Integer, Row> rows, Map<String, Long> stamps) {
        SortedMap<RouteKey, Row> byKey = new TreeMap<>();
        rows.forEach((port, row) -> byKey.put(new RouteKey(port), row));
        SortedMap<ObjectKey, Long> byStack = new TreeMap<>();
        stamps.forEach((stack, stamp) -> byStack.put(key(stack), stamp));
        return new RouteTable(byKey, byStack);
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
