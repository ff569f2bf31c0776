package dev.cairn.core.plan;

import static dev.cairn.core.plan.SearchTest.BACK;
import static dev.cairn.core.plan.SearchTest.CALLS;
import static dev.cairn.core.plan.SearchTest.SAME;
import static dev.cairn.core.plan.SearchTest.THREE;
import static dev.cairn.core.plan.SearchTest.TWO;
import static dev.cairn.core.plan.SearchTest.converged;
import static dev.cairn.core.plan.SearchTest.moved;
import static dev.cairn.core.plan.SearchTest.nothingIsBroken;

import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action.DeleteStack;
import dev.cairn.core.plan.Action.Remove;
import dev.cairn.core.plan.Action.Start;
import dev.cairn.core.plan.Action.Switch;
import dev.cairn.core.plan.Action.Write;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link SearchTest} looks at, further: at the bounds of docs/protocol.md, with calls of any age together with every
 * other fault. One run after the other, since the largest takes 3 GB; CONTRIBUTING.md tells how long they take.
 */
@EnabledIfSystemProperty(named = "cairn.search", matches = "full")
class WideSearchTest {
    private static final Set<Version> BAD = Set.copyOf(Samples.versions(3));

    private static Search.Bounds edits(int edits) {
        return new Search.Bounds(TWO, edits, 0, Set.of(), CALLS);
    }

    private static World one() {
        return converged(1, 2, s -> s, 1, 2);
    }

    private static World two() {
        return converged(2, 1, 2);
    }

    private static World spare() {
        return converged(2, 3, s -> s, 1, 2);
    }

    @Test
    void edits_and_deaths() {
        nothingIsBroken("2 edits, 1 death", new Search.Bounds(TWO, 2, 1, Set.of(), Set.of()));
        nothingIsBroken("3 edits, late calls", edits(3));
        nothingIsBroken("3 edits, bad version, late calls", new Search.Bounds(TWO, 3, 0, BAD, CALLS));
        nothingIsBroken("3 lists, 2 edits, late calls", new Search.Bounds(THREE, 2, 0, Set.of(), CALLS));
    }

    @Test
    void retained() {
        World start = converged(2, service -> Samples.retaining(service, 1), 1, 2);
        nothingIsBroken("3 edits, retained, late calls", start, new Search.Bounds(BACK, 3, 0, Set.of(), CALLS));
    }

    @Test
    void another_height() {
        List<List<Version>> lists = SearchTest.lists(new int[] {1, 2, 3}, new int[] {2, 3, 4}, new int[] {1, 3});
        Search.Bounds bounds = new Search.Bounds(lists, 2, 0, Set.of(), CALLS);
        nothingIsBroken("height 3 to 3 and 2, 2 edits, late calls", converged(2, 1, 2, 3), bounds);
    }

    @Test
    void three_stacks() {
        World start = converged(3, 1, 2);
        nothingIsBroken("3 stacks, 2 edits, late calls", start, edits(2));
        nothingIsBroken("3 stacks, 1 edit, bad version, late calls", start, new Search.Bounds(TWO, 1, 0, BAD, CALLS));
        nothingIsBroken(
                "3 stacks, 1 edit, 1 death, late switches",
                start,
                new Search.Bounds(TWO, 1, 1, Set.of(), Set.of(Switch.class)));
    }

    @ParameterizedTest
    @EnumSource(Service.StrategyType.class)
    void strategies(Service.StrategyType type) {
        World start = converged(2, service -> Samples.following(service, type), 1, 2);
        nothingIsBroken(type + ", 2 edits, late calls", start, edits(2));
        nothingIsBroken(type + ", 1 edit, 1 death, late calls", start, new Search.Bounds(TWO, 1, 1, Set.of(), CALLS));
    }

    /** With all kinds of late calls in one run this does not end. */
    static Stream<Set<Class<? extends Action>>> kinds() {
        return Stream.of(Set.of(Switch.class), Set.of(Write.class), Set.of(Start.class, Remove.class));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_lost_host(Set<Class<? extends Action>> held) {
        Search.Bounds bounds = new Search.Bounds(TWO, 1, 0, Set.of(), held).with(Fault.LOST_HOST, 1);
        nothingIsBroken("1 edit, a host away for a moment, late calls", bounds);
        nothingIsBroken("1 edit, a host lost, late calls", bounds.late());
    }

    @Test
    void what_others_take_away_or_edit() {
        nothingIsBroken("1 edit, table lost, late calls", edits(1).with(Fault.LOST_TABLE, 1));
        nothingIsBroken("1 edit, container removed, late calls", edits(1).with(Fault.REMOVAL, 1));
        nothingIsBroken("1 edit, 2 records edited, late calls", edits(1).with(Fault.TAMPER, 2));
    }

    @Test
    void scaling() {
        nothingIsBroken("1 edit, 2 stacks to 1, late calls", edits(1).scaling(1));
        nothingIsBroken("2 edits, 1 stack to 2, late calls", one(), edits(2).scaling(2));
        nothingIsBroken(
                "2 edits, 2 stacks to 1 and back", new Search.Bounds(TWO, 2, 0, Set.of(), Set.of()).scaling(1, 2));
        Search.Bounds below = edits(1).with(Fault.OLD_STACK, 1).scaling(2);
        nothingIsBroken("1 edit, a record below the lead, 1 stack to 2, late calls", moved(), below);
    }

    @Test
    void moving() {
        nothingIsBroken("1 edit, the only stack moves, late calls", one(), edits(1).with(Fault.DRAIN, 1));
        Search.Bounds moves = new Search.Bounds(TWO, 1, 0, Set.of(), Set.of()).with(Fault.DRAIN, 1);
        nothingIsBroken("1 edit, 1 of 2 hosts drained", spare(), moves);
        Search.Bounds away = new Search.Bounds(SAME, 0, 0, Set.of(), Set.of(DeleteStack.class));
        nothingIsBroken(
                "a host lost, 2 stacks to 1, late deletions",
                spare(),
                away.with(Fault.LOST_HOST, 1).late().scaling(1));
    }

    @Test
    void deletion() {
        Search.Bounds bounds = edits(1).with(Fault.DELETION, 1);
        nothingIsBroken("1 edit, deletion, late calls", bounds);
        nothingIsBroken("1 edit, 1 stack to 2, deletion, late calls", one(), bounds.scaling(2));
    }
}
