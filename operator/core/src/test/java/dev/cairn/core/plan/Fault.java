package dev.cairn.core.plan;

import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.util.List;
import java.util.stream.Stream;

/** What users and fate may do to a world at any moment of a {@link Search}, each as often as its bounds allow. */
enum Fault {
    /** Other versions are declared. */
    EDIT,
    DEATH,
    /** A host does not answer any more; that it is back costs nothing. */
    LOST_HOST,
    /** The proxy loses its table and its pools. */
    LOST_TABLE,
    /** Somebody removes a container. */
    REMOVAL,
    /** Somebody edits a stack's record. */
    TAMPER,
    /** Another number of stacks is declared. */
    SCALE,
    /** Another host has to take over what is on this one. */
    DRAIN,
    DELETION,
    /** A call that is so old that nobody knows of it creates the record of a stack, below all that are there. */
    OLD_STACK,
    /** So much time passes that every patience is at its end. */
    TIME;

    /** What it may lead to. */
    record Outcome(String label, World world) {}

    List<Outcome> on(World world, ObjectKey key, Search.Bounds bounds) {
        Service service = world.services().get(key);
        if (service == null) {
            return List.of();
        }
        Stream<Outcome> outcomes = switch (this) {
            case EDIT ->
                bounds.lists().stream()
                        .filter(list -> !list.equals(service.versions()))
                        .map(list -> new Outcome("USER declares " + list, world.declare(key, list)));
            case DEATH -> ends(world, true);
            case REMOVAL -> ends(world, false);
            case LOST_HOST -> answering(world, true);
            case LOST_TABLE ->
                Stream.of(new Outcome(
                        "FATE the proxy loses its state",
                        world.proxy(world.proxy().restarted())));
            case TAMPER ->
                world.stacks().values().stream()
                        .filter(stack -> !stack.edited())
                        .map(stack ->
                                new Outcome("USER edits " + stack.key().name(), world.tamper(Samples.edited(stack))));
            case SCALE ->
                bounds.counts().stream()
                        .filter(count -> count != service.stacks())
                        .map(count -> new Outcome(
                                "USER wants " + count + " stacks",
                                world.declare(Samples.edited(service, count, service.template(), service.deleting()))));
            case DRAIN -> drains(world, service);
            case DELETION ->
                Stream.of(new Outcome(
                        "USER deletes the service",
                        world.declare(Samples.edited(service, service.stacks(), service.template(), true))));
            case OLD_STACK -> below(world, service);
            case TIME -> Stream.of(new Outcome("TIME passes", world));
        };
        return outcomes.filter(outcome -> this == TIME || !outcome.world.equals(world))
                .toList();
    }

    /** A host that was cut off answers again. */
    static List<Outcome> back(World world) {
        return answering(world, false).toList();
    }

    private static Stream<Outcome> answering(World world, boolean now) {
        return world.engines().entrySet().stream()
                .filter(engine -> engine.getValue().reachable() == now)
                .map(engine -> new Outcome(
                        "FATE " + engine.getKey() + (now ? " is cut off" : " is back"),
                        world.engine(engine.getKey(), e -> e.reachable(!now))));
    }

    private static Stream<Outcome> ends(World world, boolean stays) {
        return world.engines().entrySet().stream()
                .flatMap(engine -> engine.getValue().boxes().entrySet().stream()
                        .filter(box -> NormalForm.matters(world, box.getKey()))
                        .filter(box -> !stays
                                || box.getValue().life() == Life.STARTING
                                || box.getValue().life() == Life.HEALTHY)
                        .map(box -> new Outcome(
                                "FATE " + box.getKey().containerName() + (stays ? " dies" : " is removed"),
                                world.engine(
                                        engine.getKey(),
                                        e -> stays ? e.living(box.getKey(), Life.DEAD) : e.lost(box.getKey())))));
    }

    private static Stream<Outcome> below(World world, Service service) {
        ObjectKey key = new ObjectKey(service.key().namespace(), ServiceStack.name(service.key(), 0));
        return world.hosts().stream()
                .map(Host::name)
                .filter(host -> world.stacks().values().stream()
                        .map(ServiceStack::hostName)
                        .noneMatch(host::equals))
                .map(host ->
                        new ServiceStack(key, 0, "", service.key(), 0, host, 0, 0, null, List.of(), null, false, false))
                .map(stack -> new Outcome(
                        "FATE an old call creates " + key.name() + " on " + stack.hostName(),
                        world.create(stack).world()));
    }

    /** Only where another host can take the stack. */
    private static Stream<Outcome> drains(World world, Service service) {
        List<Host> active = world.hosts().stream()
                .filter(host -> host.availability() == Host.Availability.ACTIVE)
                .toList();
        return active.stream()
                .filter(host -> active.size() > service.stacks())
                .filter(host -> world.stacks().values().stream()
                        .map(ServiceStack::hostName)
                        .anyMatch(host.name()::equals))
                .map(host -> new Outcome(
                        "USER drains " + host.name(), world.available(host.name(), Host.Availability.DRAIN)));
    }
}
