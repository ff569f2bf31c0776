package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A version that is new to the stack may not skip stages: it enters on top and comes down by pops.
 *
 * <p>Compared are the committed list and the declared one, as lists; how the one becomes the other (push, pop, both) does
 * not matter. A version <em>stays</em> when both lists hold it. A version at declared position i is in order when
 *
 * <ol>
 *   <li>it stays. No version is new then: a replace by a neighbour's version only adds a container of what the stack has
 *       run already, and VersionOrder leaves it no place but beside its equals;
 *   <li>or nothing above it stays: it enters <em>on top</em>. Where nothing stays at all every position is the top, so a
 *       stack of height 1 can be replaced;
 *   <li>or it <em>goes back</em>: the committed version at i (beyond its top, the topmost one) is higher, and it is not
 *       squeezed in. It is squeezed in when something that stays is below it and the container it stands in for stays
 *       too, only moved up; that is a hotfix.
 * </ol>
 *
 * <p>Going back is judged by order, because what ran before is written down nowhere: at its stage the users get an older
 * version than they have, which by this very rule has been there, or has been passed by. So {@code [2,3,4]} may become
 * {@code [1,2,3]} or {@code [1,2,3,4]}, and {@code [1,3,3]} may become {@code [1,2,3]} again; {@code [1,2,4]} may not become
 * {@code [1,2,3,4]}, nor {@code [1,2,4]} become {@code [1,3,4]}.
 *
 * <p>{@code versionEntry: Ordered} lifts the rule and leaves VersionOrder; {@code versionOrder: Any} lifts both. Without a
 * committed list there is nothing to skip.
 */
final class EntryOnTop implements ServiceConstraint {
    @Override
    public String id() {
        return "EntryOnTop";
    }

    @Override
    public List<Violation> check(Service service, Desired desired) {
        boolean lifted = service.versionEntry() == Service.VersionEntry.ORDERED
                || service.versionOrder() == Service.VersionOrder.ANY;
        List<Version> committed = Declared.committed(desired).orElse(List.of());
        if (lifted || committed.isEmpty()) {
            return List.of();
        }
        List<Version> declared = Declared.versions(service, Declared.committed(desired));
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < declared.size(); i++) {
            // One without order is ContainerVersion's, and has no place here that would be right.
            if (declared.get(i).hasOrder() && !mayStand(committed, declared, i)) {
                violations.add(violation(service, committed, declared, i));
            }
        }
        return violations;
    }

    private static boolean mayStand(List<Version> committed, List<Version> declared, int i) {
        return committed.contains(declared.get(i))
                || noneStays(committed, declared.subList(i + 1, declared.size()))
                || goesBack(committed, declared, i);
    }

    private static boolean goesBack(List<Version> committed, List<Version> declared, int i) {
        Version before = committed.get(Math.min(i, committed.size() - 1));
        if (!before.hasOrder() || before.compareOrder(declared.get(i)) <= 0) {
            return false;
        }
        boolean leaves = Collections.frequency(declared, before) < Collections.frequency(committed, before);
        return leaves || noneStays(committed, declared.subList(0, i));
    }

    private static boolean noneStays(List<Version> committed, List<Version> some) {
        return Collections.disjoint(committed, some);
    }

    private Violation violation(Service service, List<Version> committed, List<Version> declared, int i) {
        Version staysAbove = declared.subList(i + 1, declared.size()).stream()
                .filter(committed::contains)
                .findFirst()
                .orElseThrow();
        String found = Named.plain(declared.get(i).tag()) + " at position " + i + " is new to the stack "
                + Named.list(committed) + " and would enter below " + Named.plain(staysAbove.tag());
        return new Violation(
                id(),
                Named.service(service.key()),
                found,
                "let a new version enter on top, or set versionEntry to Ordered for a hotfix",
                Blocks.CHANGE);
    }
}
