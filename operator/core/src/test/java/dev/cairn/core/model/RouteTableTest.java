package dev.cairn.core.model;

import static org.assertj.core.api.Assertions.assertThat;

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
