package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
        List<Version> wanted = wanted(versions);
        List<Entry> usable = staged.stream().filter(entry -> entry.n() != 99).toList();
        return target(new Target.Stock(committed, usable, List.of(), false), last, wanted);
    }

    private static List<String> target(Target.Stock stock, int last, List<Version> wanted) {
        Target.Result result = Target.of(
                stock,
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

    private static List<Version> wanted(String... versions) {
        return Stream.of(versions).map(Version::new).toList();
    }

    @Test
    void push_and_pop_keep_what_stays() {
        List<Entry> committed = list("1:1", "2:2", "3:3");
        assertThat(target(committed, List.of(), 3, "1", "2", "3", "4")).containsExactly("1:1", "2:2", "3:3", "4:4");
        assertThat(target(committed, List.of(), 3, "2", "3")).containsExactly("2:2", "3:3");
        assertThat(target(committed, List.of(), 3, "2", "3", "4")).containsExactly("2:2", "3:3", "4:4");
    }

    @Test
    void nothing_stands_at_two_positions() {
        assertThat(target(list("1:1"), list("1:1", "2:2"), 2, "1", "1")).containsExactly("1:1", "3:1");
        Target.Stock undoing = new Target.Stock(list("2:2"), list("1:1", "2:2"), list("1:1"), false);
        assertThat(target(undoing, 2, wanted("1", "1", "2"))).containsExactly("1:1", "3:1", "2:2");
    }

    @Test
    void open_are_the_positions_that_need_a_new_entry() {
        Target.Stock stock = new Target.Stock(list("1:1", "2:2"), list("3:3"), List.of(), false);
        assertThat(Target.open(stock, wanted("1", "9", "2", "3", "4"))).containsExactly(1, 4);
        assertThat(Target.open(stock, wanted("2", "3"))).isEmpty();
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
    void what_was_popped_is_taken_back_below_what_stays_and_nowhere_else() {
        List<Entry> committed = list("2:2", "3:3", "4:4");
        Target.Stock stock = new Target.Stock(committed, List.of(), list("1:1", "9:4"), false);
        assertThat(target(stock, 9, wanted("1", "2", "3", "4"))).containsExactly("1:1", "2:2", "3:3", "4:4");
        assertThat(target(stock, 9, wanted("2", "3", "4", "4"))).containsExactly("2:2", "3:3", "4:4", "10:4");
        assertThat(target(new Target.Stock(list("2:2"), List.of(), list("1:1"), false), 2, wanted("1")))
                .containsExactly("1:1");
    }

    @Test
    void what_may_not_move_is_made_anew_where_it_is_wanted() {
        List<Entry> committed = list("1:1", "2:2", "3:3");
        assertThat(target(new Target.Stock(committed, List.of(), List.of(), true), 3, wanted("2", "3", "4")))
                .containsExactly("4:2", "5:3", "6:4");
        assertThat(target(new Target.Stock(committed, List.of(), List.of(), true), 3, wanted("1", "2", "4")))
                .containsExactly("1:1", "2:2", "4:4");
        assertThat(Target.moved(committed, wanted("2", "3", "4")).values())
                .extracting(Entry::n)
                .containsExactlyInAnyOrder(2, 3);
    }

    @Test
    void a_number_is_never_given_twice() {
        assertThat(target(list("1:1", "2:2"), List.of(), 7, "1", "2", "3")).containsExactly("1:1", "2:2", "8:3");
        assertThat(target(List.of(), List.of(), 0, "1", "1")).containsExactly("1:1", "2:1");
    }
}
