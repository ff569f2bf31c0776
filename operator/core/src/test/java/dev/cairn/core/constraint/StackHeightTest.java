package dev.cairn.core.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Service.VersionOrder;
import dev.cairn.core.model.Stage;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackHeightTest {
    private static final Pattern LIST = Pattern.compile("\\[([^\\]]*)\\]");

    /** minHeight, highest stage, declared, committed: is the list high enough? */
    @ParameterizedTest
    @CsvSource({
        "3, 2, 1 2 3,   -,     true",
        "3, 2, 1 2 3 4, -,     true",
        "3, 2, 1 2,     -,     false",
        "3, 2, 1,       -,     true",
        "3, 2, '',      -,     false",
        "3, 2, 1,       1 1 1, true",
        "3, 2, 2,       1 1 1, false",
        "3, 2, 2 3,     1 2 3, false",
        "3, 2, 2 3 4,   1 2 3, true",
        // minHeight alone, stages alone
        "4, 2, 1 2 3,   -,     false",
        "1, 2, 1 2,     -,     false",
        "1, 0, 1,       -,     true",
        "1, 0, '',      -,     false",
        "0, -1, '',     -,     false",
        "0, -1, 1 2,    -,     true",
    })
    void highEnough(int minHeight, int highestStage, String declared, String committed, boolean holds) {
        World world = World.declaring(declared);
        world.minHeight = minHeight;
        world.stages = highestStage < 0 ? List.of() : List.of(new Stage("dev", highestStage), new Stage("prod", 0));
        if (!committed.equals("-")) {
            world.committed(committed);
        }
        List<Violation> violations = new StackHeight().check(world.desired());
        assertThat(violations.isEmpty()).isEqualTo(holds);
        assertThat(violations).allMatch(v -> v.blocks() == Blocks.CHANGE);
    }

    /** F16 and decision 2: the message gives the right lists. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // a pop at the least height
                "v0.1 v0.2 v0.3 | v0.2 v0.3 | [v0.2, v0.3] has 2 versions, but minHeight is 3; "
                        + "to release on top declare [v0.1, v0.2, v0.3, <new>], "
                        + "to release and promote declare [v0.2, v0.3, <new>]",
                // only the version to deploy
                "1 1 1          | 2         | [2] has 1 version, but minHeight is 3; "
                        + "to release on top declare [1, 1, 1, 2], to release and promote declare [1, 1, 2]",
                "1 1 1          | 2 3       | [2, 3] has 2 versions, but minHeight is 3; "
                        + "to release on top declare [1, 1, 1, 2, 3], to release and promote declare [1, 2, 3]",
                "1 2 3 4        | 4 5       | [4, 5] has 2 versions, but minHeight is 3; "
                        + "to release on top declare [1, 2, 3, 4, 5], to release and promote declare [2, 3, 4, 5]",
                // a lower version has no right place on top
                "5 5 5          | 4         | [4] has 1 version, but minHeight is 3; declare 3 or more versions, oldest first",
                // minHeight was raised over what runs
                "1 2            | 1 2       | [1, 2] has 2 versions, but minHeight is 3; to release on top declare [1, 2, <new>]",
                "1              | 2         | [2] has 1 version, but minHeight is 3; to release on top declare [1, 2, 2]",
                // creation
                "''             | 1 2       | [1, 2] has 2 versions, but minHeight is 3; "
                        + "declare one version to fill the stack with it, or 3 or more such as [1, 2, 2]",
                "''             | ''        | [] has 0 versions, but minHeight is 3; declare 3 or more versions, oldest first",
            })
    void theMessageGivesTheRightLists(String committed, String declared, String message) {
        World world = World.declaring(declared).committed(committed);
        assertThat(new StackHeight().check(world.desired()))
                .extracting(Violation::message)
                .containsExactly("StackHeight: Service default/webapp: " + message);
    }

    @Test
    void theMessageNamesTheStageThatNeedsTheHeight() {
        World world = World.declaring("1 2");
        world.minHeight = 1;
        assertThat(new StackHeight().check(world.desired()).get(0).found())
                .isEqualTo("[1, 2] has 2 versions, but stage dev is position 2");
    }

    @ParameterizedTest
    @CsvSource({"1 2, 1 2 2", "1 2, ''", "1 2, 1"})
    void noListIsSuggestedThatItsOwnOrderForbids(String declared, String committed) {
        World world = World.declaring(declared).committed(committed);
        world.order = VersionOrder.INCREASING;
        world.minHeight = committed.equals("1") ? 5 : 3;
        // [1, 2] over a committed [1] is too short by three: it would take repeating its top.
        assertThat(new StackHeight().check(world.desired()).get(0).wanted())
                .isEqualTo("declare " + world.minHeight + " or more versions, oldest first");
    }

    /** Whatever list is suggested is admissible, each {@code <new>} being a version above the rest. */
    @Property
    void theSuggestedListsAreAdmissible(
            @ForAll @Size(max = 5) List<@IntRange(min = 1, max = 6) Integer> committed,
            @ForAll @Size(max = 3) List<@IntRange(min = 1, max = 8) Integer> declared,
            @ForAll @IntRange(min = 1, max = 6) int minHeight,
            @ForAll VersionOrder order) {
        World world = World.declaring(tags(declared))
                .anyHeight()
                .committed(tags(committed.stream().sorted().toList()));
        world.minHeight = minHeight;
        world.order = order;
        for (Violation violation : new StackHeight().check(world.desired())) {
            for (MatchResult list : LIST.matcher(violation.wanted()).results().toList()) {
                int[] top = {10};
                world.versions = Pattern.compile("<new>")
                        .matcher(list.group(1).replace(",", ""))
                        .replaceAll(ignored -> Integer.toString(top[0]++));
                assertThat(Constraints.blocksChange(Constraints.check(world.desired())))
                        .as(violation.message())
                        .isFalse();
            }
        }
    }

    /** F09. An endpoint at this position: nothing, ROUTE (it gets no route) or CHANGE (the list takes its position away). */
    @ParameterizedTest
    @CsvSource({
        "1 2 3,   1 2 3,   2, NOTHING",
        "1 2 3,   1 2 3,   3, ROUTE",
        "1 2 3,   -,       3, ROUTE",
        "1 2 3 4, 1 2 3,   3, NOTHING",
        "2 3 4,   1 2 3 4, 3, CHANGE",
        "2 3 4,   1 2 3 4, 4, ROUTE",
        "2 3 4,   1 2 3 4, 2, NOTHING",
    })
    void endpointThatPointsTooHigh(String declared, String committed, int position, Blocks expected) {
        World world = World.declaring(declared).endpoint(World.toPosition("peek", position, 8080));
        if (!committed.equals("-")) {
            world.committed(committed);
        }
        List<Violation> violations = new StackHeight().check(world.desired());
        if (expected == Blocks.NOTHING) {
            assertThat(violations).isEmpty();
        } else {
            assertThat(violations).extracting(Violation::blocks).containsExactly(expected);
        }
    }

    @Test
    void messagesAboutEndpoints() {
        World world = World.declaring("2 3 4")
                .committed("1 2 3 4")
                .endpoint(World.toPosition("peek", 3, 8080))
                .endpoint(World.toPosition("moon", 9, 8081))
                .endpoint(World.beingDeleted(World.toPosition("gone", 9, 8082)));
        assertThat(new StackHeight().check(world.desired()))
                .extracting(Violation::message)
                .containsExactly(
                        "StackHeight: Service default/webapp: [2, 3, 4] has 3 versions, but Endpoint default/peek uses "
                                + "position 3; declare 4 or more versions, or point the Endpoint lower first",
                        "StackHeight: Endpoint default/moon: points at position 9, but Service default/webapp declares "
                                + "3 versions, so its highest position is 2; point it lower, or push onto the service");
    }

    private static String tags(List<Integer> versions) {
        return versions.stream().map(v -> Integer.toString(v)).collect(Collectors.joining(" "));
    }
}
