package dev.cairn.core.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryOnTopTest {
    /** Committed, declared, and the positions at which a version may not enter. */
    @ParameterizedTest
    @CsvSource({
        // nothing committed: nothing to skip
        "-,        9 5 7,      ''",
        "'',       1 2 3,      ''",
        // push, one and more
        "1 2 3,    1 2 3 4,    ''",
        "1 2 3,    1 2 3 4 5,  ''",
        // pop, promote, release and promote
        "1 2 3 4,  2 3 4,      ''",
        "1 2 3,    2 3 4,      ''",
        "1 2 3,    3 4 5,      ''",
        "1 2 3,    3 3 4,      ''",
        // an entry on top may take the place of what was there
        "1 2 3,    1 2 4,      ''",
        "1 2 3,    1 4 5,      ''",
        // nothing stays: every position is the top
        "1,        2,          ''",
        "1 2 3,    4 5 6,      ''",
        "1 1 1,    2 2 2,      ''",
        // F17 replace by a neighbour's version; other middles refused
        "1 2 3,    1 1 3,      ''",
        "1 2 3,    1 3 3,      ''",
        "1 2 4,    1 3 4,      1",
        "1 2 3,    1 2.5 3,    1",
        "1 2 3,    1 9 3,      1",
        // F19 going back to what ran before
        "2 3 4,    1 2 3,      ''",
        "2 3 4,    1 2 3 4,    ''",
        "3 4 5,    1 2 3,      ''",
        "3 4 5,    1 2 3 4 5,  ''",
        "3,        1 2 3,      ''",
        "2 3 4,    1 3 4,      ''",
        "2 3 4,    1 1 4,      ''",
        "4 5 6,    1 2 3,      ''",
        // undoing a replace by the version above; by the one below it would be a hotfix
        "1 3 3,    1 2 3,      ''",
        "1 1 3,    1 2 3,      1",
        // a stage goes back and the others stay
        "1 3 5,    1 2 5,      ''",
        // a hotfix: production or a middle stage would get what no stage above has had
        "1 2 3,    1.5 2 3,    0",
        "1 2 4,    1 2 3 4,    2",
        "1 2 4 5,  1 2 3 4,    2",
        "1 2 3,    1 1.5 2 3,  1",
        "1 2 3,    1 1.5 2,    1",
        "1 3 3,    1 2 3 3,    1",
        // each one that may not enter is named, and only those
        "1 4,      1 2 3 4 5,  1 2",
        "2 5,      1 2 3 5 6,  2",
        // two tags of one precedence are two versions: nothing was ever tested under the other name
        "1 2 3,    1 2.0 3,    1",
        // without order: ContainerVersion's
        "1 2 3,    1 main 3,   ''",
        "a b c,    1 2 3,      ''",
        "a b c,    1 b 3,      0",
    })
    void mayEnter(String committed, String declared, String refused) {
        World world = World.declaring(declared).anyHeight();
        if (!committed.equals("-")) {
            world.committed(committed);
        }
        List<Violation> violations = new EntryOnTop().check(world.desired());
        List<Version> list = World.list(declared);
        List<String> expected = World.list(refused).stream()
                .map(p -> list.get(Integer.parseInt(p.tag())).tag() + " at position " + p.tag() + " is new")
                .toList();
        assertThat(violations).hasSameSizeAs(expected).allMatch(v -> v.blocks() == Blocks.CHANGE);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(violations.get(i).found()).startsWith(expected.get(i));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ON_TOP,  INCREASING,     true",
        "ON_TOP,  NON_DECREASING, true",
        "ON_TOP,  EQUAL,          true",
        "ON_TOP,  ANY,            false",
        "ORDERED, INCREASING,     false",
        "ORDERED, NON_DECREASING, false",
        "ORDERED, ANY,            false",
    })
    void whatLiftsTheRule(Service.VersionEntry entry, Service.VersionOrder order, boolean refused) {
        World world = World.declaring("1 2 3 4").committed("1 2 4");
        world.entry = entry;
        world.order = order;
        assertThat(new EntryOnTop().check(world.desired()).isEmpty()).isEqualTo(!refused);
    }

    @Test
    void whileAChangeIsUnderWayTheCommittedListCounts() {
        World world = World.declaring("1 2 3 4 5");
        world.recorded.add(World.stack(0, "docker01", 1, "1 2 3", "1 2 3 5"));
        assertThat(new EntryOnTop().check(world.desired())).isEmpty();
        world.recorded.set(0, World.stack(0, "docker01", 1, "1 2 3 5", null));
        assertThat(new EntryOnTop().check(world.desired())).hasSize(1);
    }

    @Test
    void theMessageNamesWhatStandsAboveAndTheRemedy() {
        World world = World.declaring("v1.3.0 v1.3.1 v1.4.0").committed("v1.3.0 v1.4.0 v1.5.0");
        assertThat(new EntryOnTop().check(world.desired()))
                .extracting(Violation::message)
                .containsExactly("EntryOnTop: Service default/webapp: v1.3.1 at position 1 is new to the stack "
                        + "[v1.3.0, v1.4.0, v1.5.0] and would enter below v1.4.0; "
                        + "let a new version enter on top, or set versionEntry to Ordered for a hotfix");
    }

    /** However far one jumps in a history that rose by pushes and pops, forward or back: it is in order. */
    @Property
    void anyTwoWindowsOfOneHistoryMayFollowEachOther(
            @ForAll @IntRange(min = 1, max = 9) int from,
            @ForAll @IntRange(min = 1, max = 6) int height,
            @ForAll @IntRange(min = 1, max = 9) int to,
            @ForAll @IntRange(min = 1, max = 6) int otherHeight) {
        World world = World.declaring(window(to, otherHeight)).anyHeight().committed(window(from, height));
        assertThat(new EntryOnTop().check(world.desired())).isEmpty();
    }

    /** A version between two that stay where they are relative to each other is a hotfix, wherever it is. */
    @Property
    void nothingIsSqueezedIn(
            @ForAll @IntRange(min = 1, max = 9) int from,
            @ForAll @IntRange(min = 2, max = 6) int height,
            @ForAll @IntRange(min = 0, max = 4) int below) {
        int position = below % (height - 1) + 1;
        List<Version> declared = new ArrayList<>(World.list(window(from, height)));
        declared.add(position, new Version(declared.get(position - 1).tag() + ".5"));
        World world = World.declaring(declared.stream().map(Version::tag).collect(Collectors.joining(" ")))
                .anyHeight()
                .committed(window(from, height));
        assertThat(new EntryOnTop().check(world.desired())).hasSize(1);
    }

    private static String window(int from, int height) {
        return IntStream.range(from, from + height).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }
}
