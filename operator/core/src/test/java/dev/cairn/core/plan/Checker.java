package dev.cairn.core.plan;

import dev.cairn.core.constraint.Constraints;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.FakeHost;
import dev.cairn.core.port.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The invariants of docs/protocol.md ("Checked"), written from that text and not from the planner: it looks at worlds
 * only, so it sees what really is and not what an operator believes. Each answer begins with the invariant's name.
 */
final class Checker {
    /**
     * What an act could not know of what happened since the look that it rests on.
     *
     * @param silent containers that did not answer, or whose host did not, at some moment since: a switch may leave them
     *     out
     * @param lost containers that somebody has removed by hand since: a switch may still name them
     * @param drained whether the drain time of the container that is removed has passed
     */
    record Excuse(Set<Owner> silent, Set<Owner> lost, boolean drained) {
        static final Excuse NONE = new Excuse(Set.of(), Set.of(), false);

        static Excuse of(Set<Owner> silent, boolean drained) {
            return new Excuse(silent, Set.of(), drained);
        }
    }

    private final ObjectKey service;

    Checker(ObjectKey service) {
        this.service = service;
    }

    // ---- in every state

    /**
     * I2 and I3.
     *
     * @param declaredEver every list that was declared up to now
     */
    Optional<String> state(World world, Set<List<Version>> declaredEver) {
        return oneVersionPerRow(world).or(() -> equalStacks(world, declaredEver));
    }

    /** RollbackOnFailure shows two versions at a time, each on stacks of its own. */
    private Optional<String> oneVersionPerRow(World world) {
        boolean mixes = strategy(world) == Service.StrategyType.ROLLBACK_ON_FAILURE;
        for (Map.Entry<RouteKey, Row> row : world.proxy().live().rows().entrySet()) {
            Map<Integer, Set<Version>> versions = new HashMap<>();
            for (Backend backend : row.getValue().backends()) {
                int part = mixes ? backend.owner().stack() : 0;
                world.version(backend)
                        .ifPresent(v -> versions.computeIfAbsent(part, p -> new HashSet<>())
                                .add(v));
            }
            if (versions.values().stream().anyMatch(shown -> shown.size() > 1)) {
                return Optional.of("I2: row " + row.getKey() + " shows " + versions);
            }
        }
        return Optional.empty();
    }

    private Service.StrategyType strategy(World world) {
        Service declared = world.services().get(service);
        return declared == null
                ? Service.StrategyType.COMMIT_AT_END
                : declared.strategy().type();
    }

    private Optional<String> equalStacks(World world, Set<List<Version>> declaredEver) {
        Set<List<Version>> lists = new HashSet<>();
        boolean first = stacks(world).allMatch(stack -> stack.containers().isEmpty());
        // A new stack holds nothing until it joins the others.
        stacks(world)
                .filter(stack -> first || !effective(world, stack).isEmpty())
                .forEach(stack -> lists.add(versions(effective(world, stack))));
        if (lists.size() > 1) {
            return Optional.of("I3: the effective lists differ: " + lists);
        }
        return lists.stream()
                .filter(list -> !list.isEmpty() && !declaredEver.contains(list))
                .findFirst()
                .map(list -> "I3: " + list + " is in force and was never declared");
    }

    // ---- in every step of an operator

    /** I1, I1+, I4, I5, I8 and I9 of one act. */
    Optional<String> act(World before, Action action, World after, Excuse excuse) {
        Optional<String> own = Optional.empty();
        if (action instanceof Action.Remove remove) {
            own = removal(before, remove, after, excuse.drained);
        } else if (action instanceof Action.Start start) {
            own = creation(before, start, after);
        } else if (action instanceof Action.Switch) {
            own = target(before, after, excuse.lost);
        } else if (action instanceof Action.Write write) {
            own = survivors(before, write, after);
        }
        return own.or(() -> rows(before, action, after, excuse));
    }

    private Optional<String> rows(World before, Action action, World after, Excuse excuse) {
        if (action instanceof Action.Remove && before.engines().equals(after.engines())) {
            return Optional.empty();
        }
        boolean allReachable = before.engines().values().stream().allMatch(FakeHost::reachable);
        for (Map.Entry<RouteKey, Row> row : before.proxy().live().rows().entrySet()) {
            if (!row.getValue().service().equals(service) || !stillDeclared(after, row.getKey())) {
                continue;
            }
            Row now = after.proxy().live().rows().get(row.getKey());
            long had = answering(before, row.getValue(), Set.of());
            long must = answering(before, committed(before, row.getValue()), excuse.silent);
            long has = now == null ? 0 : serving(after, row.getValue(), now, excuse.lost);
            String text = "row " + row.getKey() + " goes from " + had + " to " + has + " healthy backends by "
                    + action.text();
            if (had > 0 && has == 0) {
                return Optional.of("I1: " + text);
            }
            boolean bestEffort = strategy(after) == Service.StrategyType.BEST_EFFORT;
            if (action instanceof Action.Switch && has < must && allReachable && steady(after) && !bestEffort) {
                return Optional.of("I1+: " + text);
            }
        }
        return Optional.empty();
    }

    /**
     * A row without what new stacks show before they have taken over any list, which only RollbackOnFailure lets them:
     * when the change is given up or leads elsewhere they have nothing to fall back to.
     */
    private Row committed(World world, Row row) {
        List<Backend> backends = row.backends().stream()
                .filter(b -> all(world)
                        .noneMatch(stack -> stack.ordinal() == b.owner().stack()
                                && stack.containers().isEmpty()))
                .toList();
        return new Row(row.endpoint(), row.service(), backends);
    }

    private boolean stillDeclared(World world, RouteKey key) {
        return world.services().containsKey(service)
                && !world.service(service).deleting()
                && world.endpoints().stream()
                        .anyMatch(e -> e.routes().contains(key) && e.service().equals(service));
    }

    /** Scaling down takes backends away on purpose. */
    private boolean steady(World world) {
        return world.services().containsKey(service)
                && all(world).noneMatch(ServiceStack::deleting)
                && all(world).count() == world.service(service).stacks();
    }

    /**
     * Healthy ones, and those that the row did not have before and that are dead or were removed: only healthy ones are
     * switched to, so that happened between look and switch, which nothing can help.
     */
    private static long serving(World world, Row before, Row row, Set<Owner> lost) {
        return row.backends().stream()
                .filter(b -> world.answers(b)
                        || (!before.backends().contains(b) && (dead(world, b) || lost.contains(b.owner()))))
                .count();
    }

    private static boolean dead(World world, Backend backend) {
        return world.box(backend.owner())
                .filter(box -> box.life() == FakeHost.Life.DEAD)
                .isPresent();
    }

    private static long answering(World world, Row row, Set<Owner> silent) {
        return row.backends().stream()
                .filter(b -> world.answers(b) && !silent.contains(b.owner()))
                .count();
    }

    private Optional<String> removal(World before, Action.Remove remove, World after, boolean drained) {
        Owner owner = remove.owner();
        if (before.box(owner).isEmpty() || after.box(owner).isPresent()) {
            return Optional.empty();
        }
        for (Map.Entry<RouteKey, Row> row : before.proxy().live().rows().entrySet()) {
            if (row.getValue().backends().stream().anyMatch(b -> b.owner().equals(owner))) {
                return Optional.of("I4: " + remove.text() + ", but row " + row.getKey() + " has it");
            }
        }
        if (before.proxy().sessions().contains(owner) && !drained) {
            return Optional.of("I4: " + remove.text() + ", but it has sessions");
        }
        return stacks(before)
                .filter(stack -> stack.owner(owner.n()).equals(owner))
                .filter(stack -> has(effective(before, stack), owner.n())
                        || has(stack.containers(), owner.n())
                        || stack.retained().stream().anyMatch(one -> one.entry().n() == owner.n())
                        || (has(stack.pending().orElse(List.of()), owner.n()) && !outdated(before, stack)))
                .findFirst()
                .map(stack -> "I8: " + remove.text() + ", but " + stack.key().name() + " lists it");
    }

    private Optional<String> creation(World before, Action.Start start, World after) {
        Owner owner = start.owner();
        boolean created = before.box(owner).isEmpty() && after.box(owner).isPresent();
        boolean again = before.engines().values().stream().anyMatch(e -> e.created(owner));
        boolean listed = stacks(before)
                .filter(stack -> stack.owner(owner.n()).equals(owner))
                .anyMatch(stack -> has(stack.containers(), owner.n())
                        || (has(stack.pending().orElse(List.of()), owner.n()) && !outdated(before, stack)));
        return created && again && listed
                ? Optional.of("I5: " + start.text() + ", for the second time")
                : Optional.empty();
    }

    private static Optional<String> target(World before, World after, Set<Owner> lost) {
        for (Map.Entry<RouteKey, Row> row : after.proxy().live().rows().entrySet()) {
            if (row.getValue().equals(before.proxy().live().rows().get(row.getKey()))) {
                continue;
            }
            for (Backend backend : row.getValue().backends()) {
                if (before.box(backend.owner()).isEmpty() && !lost.contains(backend.owner())) {
                    return Optional.of("I4: row " + row.getKey() + " is switched to "
                            + backend.owner().containerName() + ", which does not exist");
                }
            }
        }
        return Optional.empty();
    }

    /** A healthy container that stands where it is wanted keeps its number; a heal was asked for by its death. */
    private Optional<String> survivors(World before, Action.Write write, World after) {
        if (write.step() == Action.Step.HEAL) {
            return Optional.empty();
        }
        for (ServiceStack stack : stacks(before).toList()) {
            ServiceStack now = after.stacks().get(stack.key());
            if (now == null) {
                continue;
            }
            List<Entry> had = effective(before, stack);
            List<Entry> has = effective(after, now);
            for (int position = 0; position < Math.min(had.size(), has.size()); position++) {
                Entry entry = had.get(position);
                if (entry.version().equals(has.get(position).version())
                        && healthy(before, stack, entry)
                        && !has(has, entry.n())) {
                    return Optional.of("I9: " + stack.containerName(entry.n()) + " stands at position " + position
                            + " where it is wanted, and is given up by " + write.text());
                }
            }
        }
        return Optional.empty();
    }

    // ---- in the end

    /** Why a state in which nothing happens any more is not the right one; empty: it is. */
    Optional<String> end(World world) {
        Service declared = world.services().get(service);
        if (declared == null || declared.deleting()) {
            return leftOver(world);
        }
        List<ServiceStack> stacks = stacks(world).toList();
        if (all(world).count() != declared.stacks() || stacks.size() != declared.stacks()) {
            return Optional.of("end: " + all(world).count() + " stacks, declared " + declared.stacks());
        }
        ServiceStack lead = stacks.get(0);
        boolean failed = Objects.equals(lead.failedGeneration(), declared.generation());
        boolean inadmissible = Constraints.blocksChange(
                Constraints.check(world.desired(service), world.proxy().live()));
        if (!failed && !inadmissible && !versions(lead.containers()).equals(declared.versions())) {
            return Optional.of("end: " + versions(lead.containers()) + " instead of " + declared.versions());
        }
        for (ServiceStack stack : stacks) {
            boolean drained = world.hosts().stream()
                    .anyMatch(host ->
                            host.name().equals(stack.hostName()) && host.availability() == Host.Availability.DRAIN);
            if (drained) {
                return Optional.of("end: " + stack.key().name() + " is on a host that is drained");
            }
            if (stack.retained().size() > declared.retain().count()) {
                return Optional.of("end: " + stack.key().name() + " keeps too much");
            }
            Optional<String> trouble = unfinished(world, lead, stack);
            if (trouble.isPresent()) {
                return trouble;
            }
        }
        return strays(world).or(() -> routes(world, stacks));
    }

    /** Of a service that was deleted nothing is left. */
    private Optional<String> leftOver(World world) {
        RouteTable live = world.proxy().live();
        if (world.services().containsKey(service) || all(world).findAny().isPresent()) {
            return Optional.of("end: the service was deleted and is still recorded");
        }
        if (!live.rowsOf(service).isEmpty() || !live.stampsOf(service).isEmpty()) {
            return Optional.of("end: the service was deleted and the proxy still has " + live);
        }
        return strays(world);
    }

    private Optional<String> unfinished(World world, ServiceStack lead, ServiceStack stack) {
        String name = stack.key().name();
        if (stack.next() != null || stack.change() != lead.change() || stack.edited()) {
            return Optional.of("end: " + name + " is in the middle of a change");
        }
        if (!versions(stack.containers()).equals(versions(lead.containers()))) {
            return Optional.of("end: " + name + " has " + versions(stack.containers()));
        }
        for (Entry entry : stack.containers()) {
            if (!healthy(world, stack, entry)) {
                return Optional.of("end: " + stack.containerName(entry.n()) + " is not healthy");
            }
        }
        return Objects.equals(world.proxy().live().stamps().get(stack.key()), stack.generation())
                ? Optional.empty()
                : Optional.of("end: the stamp of " + name + " is not current");
    }

    private Optional<String> strays(World world) {
        Set<Owner> listed = new HashSet<>();
        stacks(world).forEach(s -> s.listed().forEach(e -> listed.add(s.owner(e.n()))));
        return world.engines().values().stream()
                .flatMap(e -> e.boxes().keySet().stream())
                .filter(owner -> owner.service().equals(service) && !listed.contains(owner))
                .findFirst()
                .map(owner -> "I5: " + owner.containerName() + " is left over in the end");
    }

    private Optional<String> routes(World world, List<ServiceStack> stacks) {
        for (Owner owner : world.proxy().resting()) {
            if (owner.service().equals(service) && world.box(owner).isPresent()) {
                return Optional.of("end: the proxy does not ask " + owner.containerName());
            }
        }
        for (Endpoint endpoint : world.endpoints()) {
            int position = Objects.requireNonNull(endpoint.position());
            SortedSet<Owner> wanted = new TreeSet<>();
            for (ServiceStack stack : stacks) {
                if (position < stack.containers().size()) {
                    wanted.add(stack.owner(stack.containers().get(position).n()));
                }
            }
            for (RouteKey key : endpoint.routes()) {
                SortedSet<Owner> found = new TreeSet<>();
                Optional.ofNullable(world.proxy().live().rows().get(key))
                        .ifPresent(row -> row.backends().forEach(b -> found.add(b.owner())));
                if (!wanted.equals(found)) {
                    return Optional.of("end: row " + key + " has " + found + " instead of " + wanted);
                }
            }
        }
        return Optional.empty();
    }

    // ---- the words of the protocol

    private Stream<ServiceStack> all(World world) {
        return world.stacks().values().stream().filter(s -> s.service().equals(service));
    }

    private Stream<ServiceStack> stacks(World world) {
        return all(world)
                .filter(s -> !s.deleting())
                .sorted(Comparator.comparing((ServiceStack s) -> s.change() == 0)
                        .thenComparing(ServiceStack::ordinal));
    }

    private List<Entry> effective(World world, ServiceStack stack) {
        ServiceStack lead = stacks(world).findFirst().orElse(stack);
        List<Entry> next = stack.next();
        boolean decided = stack.ordinal() != lead.ordinal()
                && next != null
                && stack.change() == lead.change()
                && lead.next() == null;
        return decided ? next : stack.containers();
    }

    private boolean outdated(World world, ServiceStack stack) {
        return stacks(world)
                .findFirst()
                .filter(l -> stack.change() < l.change())
                .isPresent();
    }

    private static boolean healthy(World world, ServiceStack stack, Entry entry) {
        return world.box(stack.owner(entry.n()))
                .filter(box -> box.life() == FakeHost.Life.HEALTHY)
                .isPresent();
    }

    private static boolean has(List<Entry> entries, int n) {
        return entries.stream().anyMatch(e -> e.n() == n);
    }

    private static List<Version> versions(List<Entry> entries) {
        List<Version> versions = new ArrayList<>();
        entries.forEach(e -> versions.add(e.version()));
        return versions;
    }
}
