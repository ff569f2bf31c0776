package dev.cairn.core.plan;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.port.World;
import java.util.HashSet;
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
 * @param silent of a switch: containers in rows that did not answer when it was planned; it may leave them out even if
 *     they have come back since
 * @param raises of a write: whether it raises its stack's change number, a follower's to that of the lead
 */
record Held(Action action, boolean younger, Set<ObjectKey> current, Set<Owner> silent, boolean raises) {
    /**
     * What a step of somebody else means for a held call.
     *
     * @param written stacks whose record was written
     * @param leadRaised whether that raised the lead's change number
     */
    record Effects(Set<ObjectKey> written, boolean leadRaised, boolean edited, boolean looked, boolean switched) {
        static Effects of(World before, World after, boolean looked, boolean switched, ObjectKey service) {
            Set<ObjectKey> written = new HashSet<>();
            after.stacks().forEach((key, stack) -> {
                if (!stack.equals(before.stacks().get(key))) {
                    written.add(key);
                }
            });
            boolean leadRaised = change(after) > change(before);
            boolean edited = after.service(service).generation()
                    > before.service(service).generation();
            return new Effects(written, leadRaised, edited, looked, switched);
        }

        private static long change(World world) {
            return NormalForm.lead(world).map(ServiceStack::change).orElse(0L);
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
                    after.change() > stored.change());
        }
        if (action instanceof Action.Switch change) {
            RouteTable rows = new RouteTable(change.table().rows(), new TreeMap<>());
            Set<ObjectKey> stamped = change.table().stamps().keySet();
            return new Held(new Action.Switch(0, rows, Set.of(), ""), false, Set.copyOf(stamped), silent(world), false);
        }
        if (action instanceof Action.Start start) {
            return plain(new Action.Start(start.host(), start.owner(), start.entry(), ""));
        }
        if (action instanceof Action.Warm warm) {
            return plain(new Action.Warm(warm.rows(), ""));
        }
        return plain(action);
    }

    static Held plain(Action action) {
        return new Held(action, false, Set.of(), Set.of(), false);
    }

    private static Set<Owner> silent(World world) {
        return world.proxy().live().rows().values().stream()
                .flatMap(row -> row.backends().stream())
                .filter(backend -> !world.answers(backend))
                .map(Backend::owner)
                .collect(Collectors.toSet());
    }

    private static Action.Write withoutNumbers(Action.Write write, @Nullable Long failed) {
        ServiceStack after = write.after();
        return new Action.Write(write.step(), NormalForm.numbered(after, 0, 0, failed), "");
    }

    /** What is held after somebody's step; empty when the call can never again have an effect. */
    Optional<Held> after(Effects effects, World world) {
        if (action instanceof Action.Write write) {
            if (effects.written.contains(write.after().key())) {
                return Optional.empty();
            }
            Action same = effects.edited ? withoutNumbers(write, null) : action;
            // A follower's write that takes over a change number of the lead which is not the last one any more leaves
            // the follower behind the lead, as it was.
            return Optional.of(new Held(same, false, current, silent, raises && !effects.leadRaised));
        }
        if (action instanceof Action.Switch) {
            if (effects.switched) {
                return Optional.empty();
            }
            Set<ObjectKey> left = new HashSet<>(current);
            left.removeAll(effects.written);
            return Optional.of(new Held(action, younger || effects.looked, Set.copyOf(left), silent, false));
        }
        if (action instanceof Action.Remove remove && gone(world, remove.owner(), remove.id())) {
            return Optional.empty();
        }
        return Optional.of(this);
    }

    private static boolean gone(World world, Owner owner, String id) {
        return world.box(owner).filter(box -> box.id().equals(id)).isEmpty();
    }

    /** The world after the call, not in normal form. */
    World perform(World world) {
        if (action instanceof Action.Write write) {
            ServiceStack stored =
                    Objects.requireNonNull(world.stacks().get(write.after().key()));
            boolean leads = NormalForm.lead(world).orElseThrow().ordinal() == stored.ordinal();
            long change = !raises ? stored.change() : leads ? stored.change() + 1 : 1;
            ServiceStack after = NormalForm.numbered(
                    write.after(), stored.generation(), change, write.after().failedGeneration());
            return world.write(after).world();
        }
        if (action instanceof Action.Switch change) {
            TreeMap<ObjectKey, Long> stamps = new TreeMap<>();
            world.stacks().forEach((key, stack) -> stamps.put(key, current.contains(key) ? stack.generation() : 0));
            // Whether all was up was asked before; only the version is compared at the very moment.
            RouteTable table = new RouteTable(change.table().rows(), stamps);
            return world.proxy(world.proxy().switched(table).numbered(0, younger ? 1 : 0));
        }
        return Acts.perform(world, action).world();
    }

    @Override
    public String toString() {
        return action.what();
    }
}
