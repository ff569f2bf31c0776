package dev.cairn.core.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclaredTest {
    /** F08. Lists of versions; minHeight is 3. An absent committed list is written as -. */
    @ParameterizedTest
    @CsvSource({
        // one entry on creation fills the stack
        "1,         -,       1 1 1",
        // a first change that was begun and not committed is still a creation
        "2,         '',      2 2 2",
        // applying it again changes nothing
        "1,         1 1 1,   1 1 1",
        // minHeight was raised or lowered since
        "1,         1,       1 1 1",
        "1,         1 1 1 1, 1 1 1",
        // something else runs: the list is literal
        "2,         1 1 1,   2",
        "1,         1 1 2,   1",
        "3,         1 2 3,   3",
        // any other list is literal
        "1 2,       -,       1 2",
        "1 2 3 4,   1 2 3,   1 2 3 4",
        "'',        -,       ''",
        // v1 and 1 are two versions
        "v1,        1 1 1,   v1",
    })
    void versions(String declared, String committed, String expected) {
        World world = World.declaring(declared);
        if (!committed.equals("-")) {
            world.committed(committed);
        }
        assertThat(Declared.versions(world.service(), Declared.committed(world.desired())))
                .isEqualTo(World.list(expected));
    }

    @Test
    void aStackThatHoldsNothingYetHasCommittedNothing() {
        assertThat(Declared.committed(World.declaring("1").committed("").desired()))
                .isEmpty();
        assertThat(Declared.committed(World.declaring("1").desired())).isEmpty();
    }

    @Test
    void duringAChangeTheCommittedListIsTheOneBeforeIt() {
        World world = World.declaring("1 2 3 4");
        world.recorded.add(World.stack(1, "docker02", 2, "1 2 3", "1 2 3 4"));
        world.recorded.add(World.stack(0, "docker01", 2, "1 2 3", "1 2 3 4"));
        assertThat(Declared.committed(world.desired())).contains(World.list("1 2 3"));
    }

    @Test
    void aStackThatIsBeingRemovedLeadsNobody() {
        World world = World.declaring("1");
        world.recorded.add(World.with(World.stack(0, "docker01", 1, "7 8 9", null), true, false));
        assertThat(Declared.committed(world.desired())).isEmpty();
        world.recorded.add(World.stack(1, "docker02", 1, "1 2 3", null));
        assertThat(Declared.committed(world.desired())).contains(World.list("1 2 3"));
    }

    @ParameterizedTest
    @CsvSource({"3,2,3", "1,2,3", "5,2,5", "0,-1,1", "-7,-1,1"})
    void leastHeightCoversMinHeightAndStages(int minHeight, int highestStage, int expected) {
        World world = new World();
        world.minHeight = minHeight;
        world.stages = highestStage < 0 ? List.of() : List.of(new Stage("dev", highestStage), new Stage("prod", 0));
        assertThat(Declared.leastHeight(world.service())).isEqualTo(expected);
    }

    @Test
    void oneEntryFillsTheStackAsHighAsItsStagesNeed() {
        World world = World.declaring("1");
        world.minHeight = 1;
        assertThat(Declared.versions(world.service(), Declared.committed(world.desired())))
                .isEqualTo(World.list("1 1 1"));
    }
}
