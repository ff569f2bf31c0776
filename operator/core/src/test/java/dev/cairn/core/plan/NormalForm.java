package dev.cairn.core.plan;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Retained;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.port.FakeHost;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What makes the states of a search few: counters that are only ever compared are replaced by the outcome of the
 * comparison. One service.
 *
 * <ul>
 *   <li>change: the lead's is 2, a follower's is 2 when it is the same, 1 when it is older, 3 when it is younger; 0 is
 *       that of a stack that has not taken part in anything yet;
 *   <li>generation and stamp of a stack: 1 and 1 when they are the same, else 2 and 1;
 *   <li>the service's generation is 1, a failed generation 1 when it is that one, else absent;
 *   <li>the proxy's table in force has number 0, the highest number given is 1 when it is younger, else 0;
 *   <li>all that is retained is so until the same moment;
 *   <li>of a container that is in no list and no pool only its existence counts; it is called healthy, so that I4 is as
 *       strict as can be. A name without a container is forgotten when no list or row has it.
 * </ul>
 */
final class NormalForm {
    private static final Instant RETAINED_UNTIL = Instant.parse("2026-01-01T00:10:00Z");

    private NormalForm() {}

    static World of(World world, ObjectKey service) {
        Service declared = world.services().get(service);
        TreeMap<ObjectKey, Service> services = new TreeMap<>();
        if (declared != null) {
            services.put(service, Samples.withGeneration(declared, 1));
        }
        TreeMap<ObjectKey, ServiceStack> stacks = new TreeMap<>();
        TreeMap<ObjectKey, Long> stamps = new TreeMap<>();
        RouteTable live = world.proxy().live();
        Optional<ServiceStack> lead = lead(world);
        world.stacks().forEach((key, stack) -> {
            Long stamp = live.stamps().get(key);
            long generation = stamp == null || stamp == stack.generation() ? 1 : 2;
            if (stamp != null) {
                stamps.put(key, 1L);
            }
            long change = lead.map(l -> relative(stack.change(), l.change())).orElse(0L);
            boolean failedNow = declared != null && Objects.equals(stack.failedGeneration(), declared.generation());
            Long failed = failedNow ? 1L : null;
            stacks.put(key, numbered(stack, generation, change, failed));
        });
        live.stamps().keySet().forEach(key -> stamps.putIfAbsent(key, 1L));
        TreeMap<String, FakeHost> engines = new TreeMap<>();
        world.engines().forEach((host, engine) -> engines.put(host, remembering(world, engine)));
        boolean younger = world.proxy().next() > world.proxy().current();
        return new World(
                services,
                world.endpoints(),
                world.hosts(),
                stacks,
                engines,
                world.proxy().carrying(new RouteTable(live.rows(), stamps)).numbered(0, younger ? 1 : 0));
    }

    private static long relative(long change, long ofLead) {
        return change == 0 ? 0 : change < ofLead ? 1 : change == ofLead ? 2 : 3;
    }

    static Optional<ServiceStack> lead(World world) {
        return world.stacks().values().stream()
                .filter(s -> !s.deleting())
                .min(Comparator.comparing((ServiceStack s) -> s.change() == 0).thenComparing(ServiceStack::ordinal));
    }

    static ServiceStack numbered(ServiceStack s, long generation, long change, @Nullable Long failed) {
        ServiceStack same = s.with(change, s.lastContainer(), failed, s.containers(), s.next())
                .withRetained(s.retained().stream()
                        .map(one -> new Retained(one.entry(), RETAINED_UNTIL))
                        .toList());
        return s.edited()
                ? Samples.edited(Samples.withGeneration(same, generation - 1))
                : Samples.withGeneration(same, generation);
    }

    private static FakeHost remembering(World world, FakeHost engine) {
        SortedMap<Owner, FakeHost.Box> boxes = new TreeMap<>(engine.boxes());
        boxes.replaceAll((owner, box) ->
                matters(world, owner) ? box : new FakeHost.Box(box.id(), box.entry(), FakeHost.Life.HEALTHY));
        SortedMap<Owner, FakeHost.Birth> births = new TreeMap<>(engine.births());
        births.keySet().removeIf(owner -> !boxes.containsKey(owner) && !matters(world, owner));
        return new FakeHost(engine.reachable(), boxes, engine.images(), births, engine.engineId());
    }

    /** Whether anything but its existence can still be asked of a container: it is listed, or the proxy knows it. */
    static boolean matters(World world, Owner owner) {
        return listed(world, owner)
                || world.proxy().live().rows().values().stream().anyMatch(row -> has(row.backends(), owner))
                || world.proxy().spare().values().stream().anyMatch(pool -> has(pool, owner));
    }

    private static boolean has(Set<Backend> backends, Owner owner) {
        return backends.stream().anyMatch(b -> b.owner().equals(owner));
    }

    private static boolean listed(World world, Owner owner) {
        return world.stacks().values().stream()
                .filter(s -> s.ordinal() == owner.stack())
                .anyMatch(s -> has(s.containers(), owner) || has(s.pending().orElse(List.of()), owner));
    }

    private static boolean has(List<Entry> entries, Owner owner) {
        return entries.stream().anyMatch(e -> e.n() == owner.n());
    }
}
