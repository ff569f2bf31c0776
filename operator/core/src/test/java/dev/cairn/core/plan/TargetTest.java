package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.Samples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fewest new containers, and the ones that stand right stay. Lists are written as n:version. */
class TargetTest {
    private static List<Entry> list(String... entries) {
        List<Entry> list = new ArrayList<>();
        for (String entry : entries) {
            String[] parts = entry.split(":");
            list.add(new Entry(Integer.parseInt(parts[0]), new Version(parts[1]), "image", 20000, Samples.TEMPLATE));
        }
        return list;
    }

    private static List<String> target(List<Entry> committed, List<Entry> staged, int last, String... versions) {
        List<Version> wanted = new ArrayList<>();
        for (String version : versions) {
            wanted.add(new Version(version));
        }
        Target.Result result = Target.of(
                committed,
                staged,
                entry -> entry.n() != 99,
                wanted,
                last,
                (position, n) -> new Entry(n, wanted.get(position), "image", 20000, Samples.TEMPLATE));
        assertThat(result.lastContainer())
                .isEqualTo(Math.max(
                        last,
                        result.entries().stream()
                                .mapToInt(Entry::n)
                                .filter(n -> n != 99)
                                .max()
                                .orElse(0)));
        return result.entries().stream().map(e -> e.n() + ":" + e.version()).toList();
    }

    @Test
    void push_and_pop_keep_what_stays() {
        List<Entry> committed = list("1:1", "2:2", "3:3");
        assertThat(target(committed, List.of(), 3, "1", "2", "3", "4")).containsExactly("1:1", "2:2", "3:3", "4:4");
        assertThat(target(committed, List.of(), 3, "2", "3")).containsExactly("2:2", "3:3");
        assertThat(target(committed, List.of(), 3, "2", "3", "4")).containsExactly("2:2", "3:3", "4:4");
    }

    @Test
    void one_of_five_is_exchanged() {
        assertThat(target(list("1:1", "2:2", "3:3", "4:4", "5:5"), List.of(), 5, "1", "2", "9", "4", "5"))
                .containsExactly("1:1", "2:2", "6:9", "4:4", "5:5");
    }

    @Test
    void of_equal_versions_those_stay_that_stand_right() {
        assertThat(target(list("1:1", "2:1", "3:1"), List.of(), 3, "1", "2", "2"))
                .containsExactly("1:1", "4:2", "5:2");
        assertThat(target(list("1:1", "2:2", "3:2"), List.of(), 3, "1", "1", "2"))
                .containsExactly("1:1", "4:1", "3:2");
        assertThat(target(list("1:1", "2:2", "3:2"), List.of(), 3, "2", "2")).containsExactly("2:2", "3:2");
        assertThat(target(list("1:1", "2:1", "3:2"), List.of(), 3, "1", "2", "2"))
                .containsExactly("1:1", "4:2", "3:2");
    }

    @Test
    void what_was_being_prepared_is_used_again_unless_it_cannot_be() {
        List<Entry> committed = list("1:1", "2:2");
        assertThat(target(committed, list("1:1", "2:2", "3:3"), 3, "1", "3")).containsExactly("1:1", "3:3");
        assertThat(target(committed, list("1:1", "2:2", "99:3"), 3, "1", "3")).containsExactly("1:1", "4:3");
    }

    @Test
    void a_number_is_never_given_twice() {
        assertThat(target(list("1:1", "2:2"), List.of(), 7, "1", "2", "3")).containsExactly("1:1", "2:2", "8:3");
        assertThat(target(List.of(), List.of(), 0, "1", "1")).containsExactly("1:1", "2:1");
    }
}
