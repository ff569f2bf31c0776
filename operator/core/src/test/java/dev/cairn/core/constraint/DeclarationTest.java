package dev.cairn.core.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Service.VersionOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** StackCount, ContainerVersion and VersionOrder: what the declaration alone proves wrong. */
class DeclarationTest {
    @ParameterizedTest
    @CsvSource({"1,true", "2,true", "100,true", "0,false", "-1,false"})
    void stackCount(int stacks, boolean holds) {
        World world = new World();
        world.stacks = stacks;
        List<Violation> violations = new StackCount().check(world.desired());
        assertThat(violations.isEmpty()).isEqualTo(holds);
        assertThat(violations).allMatch(v -> v.blocks() == Blocks.CHANGE);
    }

    /** F13. Which of the four orders accept a list that holds this tag. */
    @ParameterizedTest
    @CsvSource({
        "v1,      true,  true",
        "1.0-rc1, true,  true",
        "latest,  false, true",
        "main,    false, true",
        "1.2.3_4, false, true",
        "'''''',  false, false",
        "a/b,     false, false",
        ".1,      false, false",
        "1+5,     false, false",
    })
    void containerVersion(String tag, boolean withOrder, boolean withoutOrder) {
        for (VersionOrder order : VersionOrder.values()) {
            boolean expected = order == VersionOrder.ANY || order == VersionOrder.EQUAL ? withoutOrder : withOrder;
            World world = World.declaring(tag);
            world.order = order;
            List<Violation> violations = new ContainerVersion().check(world.desired());
            assertThat(violations.isEmpty()).as(tag + " with " + order).isEqualTo(expected);
            assertThat(violations).allMatch(v -> v.blocks() == Blocks.CHANGE);
        }
    }

    @Test
    void everyPositionWithoutAVersionIsNamed() {
        List<String> messages = new ContainerVersion()
                .check(World.declaring("'' 1 latest main ../x").desired()).stream()
                        .map(Violation::message)
                        .toList();
        assertThat(messages)
                .containsExactly(
                        "ContainerVersion: Service default/webapp: position 0 has no version; "
                                + "name a version such as v1.4.0 or 1.4.0-rc1",
                        "ContainerVersion: Service default/webapp: position 2 has latest, which names whatever was built "
                                + "last and has no order; name a version such as v1.4.0 or 1.4.0-rc1, or set versionOrder "
                                + "to Any or Equal",
                        "ContainerVersion: Service default/webapp: position 3 has main, which has no order; "
                                + "name a version such as v1.4.0 or 1.4.0-rc1, or set versionOrder to Any or Equal",
                        "ContainerVersion: Service default/webapp: position 4 has \"../x\", which is not an image tag; "
                                + "name a version such as v1.4.0 or 1.4.0-rc1");
    }

    @Test
    void aHostileTagStaysOnOneLineAndShort() {
        World world = World.declaring("\u001b[31mred\u202e\u0000\"" + "x".repeat(10_000));
        String message = new ContainerVersion().check(world.desired()).get(0).message();
        assertThat(message).matches("[ -~]{1,300}").contains("?[31mred???");
    }

    /** F06, F07. The last four columns: Increasing, NonDecreasing, Equal, Any. */
    @ParameterizedTest
    @CsvSource({
        "'',               true,  true,  true,  true",
        "1,                true,  true,  true,  true",
        "1 2 3,            true,  true,  false, true",
        "1 1 1,            false, true,  true,  true",
        "1 1 2,            false, true,  false, true",
        "1 2 2,            false, true,  false, true",
        // the first pair, a middle one, the last one
        "2 1 3 4,          false, false, false, true",
        "1 3 2 4,          false, false, false, true",
        "1 2 4 3,          false, false, false, true",
        "3 2 1,            false, false, false, true",
        // numeric, not alphabetic
        "v0.9 v0.10,       true,  true,  false, true",
        "v0.10 v0.9,       false, false, false, true",
        "1.4.0-rc1 1.4.0,  true,  true,  false, true",
        "1.4.0 1.4.0-rc1,  false, false, false, true",
        // of equal precedence, yet two versions
        "v1 1.0,           false, true,  false, true",
        // without order: the pair is ContainerVersion's where order is asked for
        "main main,        true,  true,  true,  true",
        "main next,        true,  true,  false, true",
        "1 main 0,         true,  true,  false, true",
    })
    void versionOrder(String versions, boolean increasing, boolean nonDecreasing, boolean equal, boolean any) {
        // One stage: a list with one entry is not filled up.
        World world = World.declaring(versions).anyHeight();
        assertThat(List.of(
                        holds(world, VersionOrder.INCREASING),
                        holds(world, VersionOrder.NON_DECREASING),
                        holds(world, VersionOrder.EQUAL),
                        holds(world, VersionOrder.ANY)))
                .containsExactly(increasing, nonDecreasing, equal, any);
    }

    @Test
    void everyFallingPairIsNamed() {
        World world = World.declaring("v0.10 v0.9 v1 v0.5");
        assertThat(new dev.cairn.core.constraint.VersionOrder().check(world.desired()))
                .extracting(Violation::message)
                .containsExactly(
                        "VersionOrder: Service default/webapp: position 0 has v0.10 and position 1 above it has v0.9; "
                                + "list the oldest version first, none lower than the one before",
                        "VersionOrder: Service default/webapp: position 2 has v1 and position 3 above it has v0.5; "
                                + "list the oldest version first, none lower than the one before");
    }

    @Test
    void theListThatIsFilledUpIsTheOneThatIsOrdered() {
        World world = World.declaring("1");
        world.order = VersionOrder.INCREASING;
        assertThat(new dev.cairn.core.constraint.VersionOrder().check(world.desired()))
                .extracting(Violation::found)
                .containsExactly(
                        "position 0 has 1 and position 1 above it has 1",
                        "position 1 has 1 and position 2 above it has 1");
    }

    @ParameterizedTest
    @EnumSource(VersionOrder.class)
    void aServiceThatIsBeingDeletedOrMissingViolatesNothing(VersionOrder order) {
        World world = World.declaring("'' 2 1");
        world.order = order;
        world.stacks = 0;
        world.deleting = true;
        assertThat(Constraints.check(world.desired())).isEmpty();
    }

    private static boolean holds(World world, VersionOrder order) {
        world.order = order;
        List<Violation> violations = new dev.cairn.core.constraint.VersionOrder().check(world.desired());
        assertThat(violations).allMatch(v -> v.blocks() == Blocks.CHANGE);
        return violations.isEmpty();
    }
}
