package dev.cairn.core.plan;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.port.FakeHost;
import dev.cairn.core.port.World;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A planned call that is made later, in the terms of {@link NormalForm}: what it compares with or carries over is kept
 * relative to the world, which goes on.
 *
 * @param action the call, without what differs between calls that mean the same
 * @param younger of a switch: whether somebody has prepared a younger table since
 * @param current of a switch: the stacks whose record is still the one that its stamps tell of
 * @param silent of a switch: containers in rows that did not answer when it was planned, or whose host did not; it may
 *     leave them out even if they have come back since
 * @param lost of a switch: containers that somebody has removed by hand since it was planned; it may still name them
 * @param raises of a write: whether it raises its stack's change number, a follower's to that of the lead; of a new
 *     stack: whether its change number is the lead's
 * @param second of a start: whether the container was created and only its start is to come
 */
record Held(
        Action action,
        boolean younger,
        Set<ObjectKey> current,
        Set<Owner> silent,
        Set<Owner> lost,
        boolean raises,
        boolean second) {
    /**
     * What a step of somebody else means for a held call.
     *
     * @param written stacks whose record was written
     * @param leadRaised whether that raised the lead's change number
     * @param lost containers that somebody has removed by hand
     */
    record Effects(
            Set<ObjectKey> written,
            boolean leadRaised,
            boolean edited,
            boolean looked,
            boolean switched,
            Set<Owner> lost) {
        static Effects of(
                World before, World after, boolean looked, boolean switched, boolean fault, ObjectKey service) {
            Set<ObjectKey> written = new HashSet<>();
            after.stacks().forEach((key, stack) -> {
                if (!stack.equals(before.stacks().get(key))) {
                    written.add(key);
                }
            });
            before.stacks().keySet().stream()
                    .filter(key -> !after.stacks().containsKey(key))
                    .forEach(written::add);
            boolean leadRaised = ofLead(after) > ofLead(before);
            boolean edited = generation(after, service) > generation(before, service);
            Set<Owner> lost = new HashSet<>();
            if (fault) {
                before.engines()
                        .values()
                        .forEach(engine -> lost.addAll(engine.boxes().keySet()));
                after.engines()
                        .values()
                        .forEach(engine -> lost.removeAll(engine.boxes().keySet()));
            }
            return new Effects(written, leadRaised, edited, looked, switched, Set.copyOf(lost));
        }

        private static long generation(World world, ObjectKey service) {
            return world.services().containsKey(service)
                    ? world.service(service).generation()
                    : 0;
        }
    }

    static Held of(Action action, World world) {
        if (action instanceof Action.Write write) {
            ServiceStack stored =
                    Objects.requireNonNull(world.stacks().get(write.after().key()));
            ServiceStack after = write.after();
            return new Held(
                    withoutNumbers(write, after.failedGeneration()),
                    false,
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    after.change() > stored.change(),
                    false);
        }
        if (action instanceof Action.Switch change) {
            TreeMap<ObjectKey, Long> stamps = new TreeMap<>(change.table().stamps());
            stamps.replaceAll((key, generation) -> 0L);
            RouteTable table = new RouteTable(change.table().rows(), stamps);
            Action same = new Action.Switch(0, table, Set.of(), "");
            // One that only settles which table is in force repeats stamps that may be old, or of stacks that are gone.
            Set<ObjectKey> current = change.table().stamps().entrySet().stream()
                    .filter(stamp -> world.stacks().containsKey(stamp.getKey())
                            && world.stacks().get(stamp.getKey()).generation() == stamp.getValue())
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
            return new Held(same, false, current, silent(world), Set.of(), false, false);
        }
        if (action instanceof Action.Start start) {
            return plain(new Action.Start(start.host(), start.owner(), start.entry(), ""));
        }
        if (action instanceof Action.Warm warm) {
            return plain(new Action.Warm(warm.rows(), ""));
        }
        if (action instanceof Action.CreateStack create) {
            boolean part = create.stack().change() > 0;
            ServiceStack same = NormalForm.numbered(create.stack(), 0, part ? 1 : 0, null);
            return new Held(new Action.CreateStack(same, ""), false, Set.of(), Set.of(), Set.of(), part, false);
        }
        if (action instanceof Action.DeleteStack delete) {
            return plain(new Action.DeleteStack(NormalForm.numbered(delete.stack(), 0, 0, null), ""));
        }
        if (action instanceof Action.ReleaseStack release) {
            return plain(new Action.ReleaseStack(NormalForm.numbered(release.stack(), 0, 0, null), ""));
        }
        return plain(action);
    }

    static Held plain(Action action) {
        return new Held(action, false, Set.of(), Set.of(), Set.of(), false, false);
    }

    static Held secondHalf(Action.Start start) {
        Action same = new Action.Start(start.host(), start.owner(), start.entry(), "");
        return new Held(same, false, Set.of(), Set.of(), Set.of(), false, true);
    }

    private static Set<Owner> silent(World world) {
        return world.proxy().live().rows().values().stream()
                .flatMap(row -> row.backends().stream())
                .filter(backend -> !world.answers(backend) || !world.reaches(backend))
                .map(Backend::owner)
                .collect(Collectors.toSet());
    }

    private static Action.Write withoutNumbers(Action.Write write, @Nullable Long failed) {
        ServiceStack after = write.after();
        return new Action.Write(write.step(), NormalForm.numbered(after, 0, after.change() == 0 ? 0 : 1, failed), "");
    }

    /**
     * What is held after somebody's step; empty when the call can never again have an effect.
     *
     * @param compareAndSet whether a call that rests on an old look is refused
     */
    Optional<Held> after(Effects effects, World world, boolean compareAndSet) {
        Optional<ServiceStack> record = record();
        if (record.filter(stack -> effects.written.contains(stack.key()) && compareAndSet)
                .isPresent()) {
            return Optional.empty();
        }
        if (record.isPresent()) {
            boolean same = effects.edited && action instanceof Action.Write;
            // A follower's write that takes over a change number of the lead which is not the last one any more leaves
            // the follower behind the lead, as it was.
            return Optional.of(new Held(
                    same ? withoutNumbers((Action.Write) action, null) : action,
                    false,
                    current,
                    silent,
                    lost,
                    raises && !effects.leadRaised,
                    false));
        }
        if (action instanceof Action.Switch change) {
            if (effects.switched && compareAndSet) {
                return Optional.empty();
            }
            Set<ObjectKey> left = new HashSet<>(current);
            left.removeAll(effects.written);
            Set<Owner> gone = new HashSet<>(lost);
            change.table()
                    .rows()
                    .values()
                    .forEach(row -> row.backends().stream()
                            .map(Backend::owner)
                            .filter(effects.lost::contains)
                            .forEach(gone::add));
            return Optional.of(new Held(
                    action, younger || effects.looked, Set.copyOf(left), silent, Set.copyOf(gone), false, false));
        }
        if (action instanceof Action.Remove remove && gone(world, remove.owner(), remove.id())) {
            return Optional.empty();
        }
        if (action instanceof Action.Start start && second && !created(world, start)) {
            return Optional.empty();
        }
        return Optional.of(this);
    }

    /** The record that the call is about. */
    private Optional<ServiceStack> record() {
        if (action instanceof Action.Write write) {
            return Optional.of(write.after());
        } else if (action instanceof Action.CreateStack create) {
            return Optional.of(create.stack());
        } else if (action instanceof Action.DeleteStack delete) {
            return Optional.of(delete.stack());
        } else if (action instanceof Action.ReleaseStack release) {
            return Optional.of(release.stack());
        }
        return Optional.empty();
    }

    private static boolean created(World world, Action.Start start) {
        return world.box(start.owner())
                .filter(box -> box.life() == FakeHost.Life.CREATED)
                .isPresent();
    }

    private static boolean gone(World world, Owner owner, String id) {
        return world.box(owner).filter(box -> box.id().equals(id)).isEmpty();
    }

    Checker.Excuse excuse() {
        return new Checker.Excuse(silent, lost, false);
    }

    /** The world after the call, not in normal form. */
    World perform(World world) {
        if (action instanceof Action.CreateStack create) {
            long change = raises ? ofLead(world) : create.stack().change();
            return world.create(NormalForm.numbered(create.stack(), 0, change, null))
                    .world();
        }
        Optional<ServiceStack> record = record();
        if (record.isPresent()) {
            ServiceStack stored = world.stacks().get(record.get().key());
            return stored == null ? world : perform(world, stored);
        }
        if (action instanceof Action.Switch change) {
            TreeMap<ObjectKey, Long> stamps = new TreeMap<>(change.table().stamps());
            stamps.replaceAll((key, none) ->
                    current.contains(key) ? world.stacks().get(key).generation() : 0);
            // Whether all was up was asked before; only the version is compared at the very moment.
            RouteTable table = new RouteTable(change.table().rows(), stamps);
            return world.proxy(world.proxy().switched(table).numbered(0, younger ? 1 : 0));
        }
        if (action instanceof Action.Start start && second) {
            return created(world, start) && world.engine(start.host().name()).reachable()
                    ? world.engine(start.host().name(), e -> e.living(start.owner(), FakeHost.Life.STARTING))
                    : world;
        }
        return Acts.perform(world, action).world();
    }

    private World perform(World world, ServiceStack stored) {
        if (action instanceof Action.DeleteStack) {
            return world.delete(stored).world();
        }
        if (action instanceof Action.ReleaseStack) {
            return world.release(stored).world();
        }
        Action.Write write = (Action.Write) action;
        ServiceStack after = write.after();
        boolean leads = switch (write.step()) {
            case BEGIN, RETARGET, ABANDON -> true;
            default -> false;
        };
        // What was overtaken by another change of the lead's is older; who has never taken part has done so now.
        long change = !raises ? Math.max(stored.change(), after.change()) : leads ? stored.change() + 1 : ofLead(world);
        return world.write(NormalForm.numbered(after, stored.generation(), change, after.failedGeneration()))
                .world();
    }

    private static long ofLead(World world) {
        return NormalForm.lead(world).map(ServiceStack::change).orElse(0L);
    }

    @Override
    public String toString() {
        return second ? "second half of " + action.what() : action.what();
    }
}
