package dev.cairn.core.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.ServiceStack;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IdenticalStacks, StackOwner and SpreadStacks: what the recorded stacks prove wrong. */
class StacksTest {
    /**
     * Lead: change, containers, next; follower: the same. The phases of one change are the protocol's; - is an absent
     * list.
     */
    @ParameterizedTest
    @CsvSource({
        // at rest
        "1, 1 2 3, -,       1, 1 2 3, -,       true",
        "1, 1 2 3, -,       1, 1 2,   -,       false",
        "1, 1 2 3, -,       1, 1 3 2, -,       false",
        "1, 1 2 3, -,       1, '',    -,       false",
        // begun, prepared
        "2, 1 2 3, 1 2 3 4, 1, 1 2 3, -,       true",
        "2, 1 2 3, 1 2 3 4, 2, 1 2 3, 1 2 3 4, true",
        // committed: the follower is decided, it effectively holds the list that it will follow to
        "2, 1 2 3 4, -,     2, 1 2 3, 1 2 3 4, true",
        "2, 1 2 3 4, -,     2, 1 2 3, 1 2 9,   false",
        // followed
        "2, 1 2 3 4, -,     2, 1 2 3 4, -,     true",
        // abandoned and not yet dropped: the next of an older change decides nothing
        "3, 1 2 3, -,       2, 1 2 3, 1 2 3 4, true",
        "3, 1 2 3 4, -,     2, 1 2 3, 1 2 3 4, false",
        // a new stack is decided from the start
        "2, 1 2 3, -,       2, '',    1 2 3,   true",
        // while the lead has a next nobody is decided
        "2, 1 2 3, 4 5 6,   2, 4 5 6, 1 2 3,   false",
    })
    void identicalStacks(
            long leadChange, String leadList, String leadNext, long change, String list, String next, boolean holds) {
        World world = new World();
        world.recorded.add(World.stack(1, "docker02", change, list, absent(next)));
        world.recorded.add(World.stack(0, "docker01", leadChange, leadList, absent(leadNext)));
        List<Violation> violations = new IdenticalStacks().check(world.desired());
        assertThat(violations.isEmpty()).isEqualTo(holds);
        assertThat(violations).allMatch(v -> v.blocks() == Blocks.NOTHING);
    }

    @Test
    void theLeadIsAStackThatStays() {
        World world = new World();
        world.recorded.add(World.with(World.stack(0, "docker01", 9, "7", "8"), true, false));
        world.recorded.add(World.stack(1, "docker02", 2, "1 2 3", null));
        world.recorded.add(World.stack(2, "docker03", 2, "", "1 2 3"));
        assertThat(new IdenticalStacks().check(world.desired())).isEmpty();
    }

    @Test
    void everyStackThatDiffersOrWasEditedIsNamed() {
        World world = new World()
                .committed("1 2 3")
                .committed("1 2")
                .committed("1 2 3")
                .committed("9");
        world.recorded.set(2, World.with(world.recorded.get(2), false, true));
        world.recorded.set(3, World.with(world.recorded.get(3), true, false));
        assertThat(new IdenticalStacks().check(world.desired()))
                .extracting(Violation::message)
                .containsExactly(
                        "IdenticalStacks: ServiceStack default/webapp-stack1: it holds [1, 2]; "
                                + "it must hold [1, 2, 3] as webapp-stack0 does",
                        "IdenticalStacks: ServiceStack default/webapp-stack2: its spec was changed by somebody other than "
                                + "the operator; it is put back; change Service default/webapp instead");
    }

    @Test
    void stackOwner() {
        World world = new World().committed("1 2 3");
        assertThat(new StackOwner().check(world.desired())).isEmpty();
        world.recorded.add(World.stack(1, "docker09", 1, "1 2 3", null));
        world.recorded.add(named("other-stack2", World.stack(2, "docker02", 1, "1 2 3", null)));
        world.recorded.add(World.with(World.stack(3, "docker09", 1, "1 2 3", null), true, false));
        assertThat(new StackOwner().check(world.desired()))
                .extracting(Violation::message)
                .containsExactly(
                        "StackOwner: ServiceStack default/webapp-stack1: it lives on Host docker09, which does not exist; "
                                + "create that Host again",
                        "StackOwner: ServiceStack default/other-stack2: it claims to be stack 2 of Service default/webapp; "
                                + "only webapp-stack2 in namespace default is that");
    }

    @Test
    void aStackOutlivesItsServiceOnlyUntilItIsRemoved() {
        World world = new World().committed("1 2 3");
        Desired orphaned = new Desired(World.WEBAPP, null, world.recorded, List.of(), world.endpoints, world.hosts);
        assertThat(Constraints.check(orphaned))
                .extracting(Violation::message)
                .containsExactly(
                        "StackOwner: ServiceStack default/webapp-stack0: it belongs to Service default/webapp, "
                                + "which does not exist; it is removed");
    }

    /** F11. Stacks wanted, hosts there (a leaving one in brackets), hosts that hold a stack: which remedy, if any. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | docker01 docker02   | ''                | ''",
                "2 | docker01 docker02   | docker01 docker02 | ''",
                "1 | docker01            | ''                | ''",
                "2 | docker01            | ''                | stacks is 2, but the only Host is docker01; "
                        + "add 1 Host, or set stacks to 1, or set placement.spread to Preferred",
                "2 | docker01            | docker01          | stacks is 2, but the only Host is docker01; "
                        + "add 1 Host, or set stacks to 1, or set placement.spread to Preferred",
                "4 | docker01 docker02   | ''                | stacks is 4, but the only Hosts are docker01, docker02; "
                        + "add 2 Hosts, or set stacks to 2, or set placement.spread to Preferred",
                "1 | ''                  | ''                | stacks is 1, but there is no Host; add 1 Host",
                "2 | docker01 (docker02) | ''                | stacks is 2, but the only Host is docker01; "
                        + "add 1 Host, or set stacks to 1, or set placement.spread to Preferred",
                "2 | docker01 (docker02) | docker02          | ''",
                "2 | docker01 docker02   | docker01 docker01 | webapp-stack0, webapp-stack1 are all on Host docker01; "
                        + "give each a Host of its own, or set placement.spread to Preferred",
            })
    void spreadStacks(int stacks, String hosts, String holding, String remedy) {
        World world = new World();
        world.stacks = stacks;
        world.hosts.clear();
        for (String host : words(hosts)) {
            boolean leaving = host.startsWith("(");
            world.hosts.add(leaving ? World.leaving(host.substring(1, host.length() - 1)) : World.host(host));
        }
        for (String host : words(holding)) {
            world.recorded.add(World.stack(world.recorded.size(), host, 1, "1 2 3", null));
        }
        List<Violation> violations = new SpreadStacks().check(world.desired());
        assertThat(violations.stream().map(v -> v.found() + "; " + v.wanted()))
                .containsExactlyElementsOf(remedy.isEmpty() ? List.of() : List.of(remedy));
        assertThat(violations).allMatch(v -> v.blocks() == Blocks.STACK);
        world.spread = dev.cairn.core.model.Placement.Spread.PREFERRED;
        assertThat(new SpreadStacks().check(world.desired())).isEmpty();
    }

    @Test
    void aStackThatIsBeingRemovedTakesNoPlace() {
        World world = new World();
        world.recorded.add(World.with(World.stack(0, "docker01", 1, "1 2 3", null), true, false));
        world.recorded.add(World.stack(1, "docker01", 1, "1 2 3", null));
        assertThat(new SpreadStacks().check(world.desired())).isEmpty();
    }

    private static ServiceStack named(String name, ServiceStack s) {
        return new ServiceStack(
                new ObjectKey("default", name),
                1,
                "1",
                s.service(),
                s.ordinal(),
                s.hostName(),
                1,
                9,
                null,
                s.containers(),
                null,
                false,
                false);
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.split(" "));
    }

    private static String absent(String list) {
        return list.equals("-") ? null : list;
    }
}
