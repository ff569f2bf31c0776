package dev.cairn.core.port;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One container engine as a value.
 *
 * @param reachable whether it answers
 * @param boxes its containers
 * @param images what it has: reference to pinned image
 * @param births every name that was ever created here: how often, and with which entry last; nothing real knows this
 * @param engineId its own id; empty: the host's name
 */
public record FakeHost(
        boolean reachable,
        SortedMap<Owner, Box> boxes,
        SortedMap<String, String> images,
        SortedMap<Owner, Birth> births,
        String engineId) {
    /** An engine without anything. */
    public static final FakeHost EMPTY = new FakeHost(true, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), "");

    /** What a container does. */
    public enum Life {
        CREATED,
        STARTING,
        HEALTHY,
        LEAVING,
        DEAD
    }

    /** A container. */
    public record Box(String id, Entry entry, Life life) {
        Box living(Life other) {
            return new Box(id, entry, other);
        }
    }

    /**
     * That a name was created.
     *
     * @param count how often: no two containers have the same id, also when the first one is forgotten
     * @param forgotten whether it counts as never created
     */
    public record Birth(int count, Entry entry, boolean forgotten) {
        Birth forget() {
            return new Birth(count, entry, true);
        }
    }

    public FakeHost {
        boxes = World.sorted(boxes);
        images = World.sorted(images);
        births = World.sorted(births);
    }

    /** The same engine, reachable or not. */
    public FakeHost reachable(boolean answers) {
        return new FakeHost(answers, boxes, images, births, engineId);
    }

    /** The same engine with one container in another state. */
    public FakeHost living(Owner owner, Life life) {
        return with(owner, Optional.ofNullable(boxes.get(owner)).orElseThrow().living(life));
    }

    /** The same engine with one more container, or another one of that name. */
    public FakeHost with(Owner owner, Box box) {
        TreeMap<Owner, Box> after = new TreeMap<>(boxes);
        after.put(owner, box);
        return new FakeHost(reachable, after, images, births, engineId);
    }

    /** The same engine for which the names of a stack's containers count as never created. */
    FakeHost withoutBirths(ServiceStack stack) {
        TreeMap<Owner, Birth> after = new TreeMap<>(births);
        after.replaceAll((owner, birth) -> stack.owner(owner.n()).equals(owner) ? birth.forget() : birth);
        return new FakeHost(reachable, boxes, images, after, engineId);
    }

    /** Whether the name was created here and that counts. */
    public boolean created(Owner owner) {
        Birth birth = births.get(owner);
        return birth != null && !birth.forgotten;
    }

    /** The same engine without a container; the name counts as never created: somebody else removed it. */
    public FakeHost lost(Owner owner) {
        TreeMap<Owner, Birth> after = new TreeMap<>(births);
        after.computeIfPresent(owner, (name, birth) -> birth.forget());
        FakeHost gone = without(Optional.ofNullable(boxes.get(owner)).orElseThrow().id);
        return new FakeHost(gone.reachable, gone.boxes, gone.images, after, gone.engineId);
    }

    /** The same engine with another id. */
    public FakeHost withEngineId(String id) {
        return new FakeHost(reachable, boxes, images, births, id);
    }

    /** The same engine with an image. */
    public FakeHost withImage(String reference, String pinned) {
        TreeMap<String, String> after = new TreeMap<>(images);
        after.put(reference, pinned);
        return new FakeHost(reachable, boxes, after, births, engineId);
    }

    FakeHost without(String id) {
        TreeMap<Owner, Box> after = new TreeMap<>(boxes);
        after.values().removeIf(box -> box.id.equals(id));
        return new FakeHost(reachable, after, images, births, engineId);
    }

    Optional<Owner> ownerOf(String id) {
        return boxes.entrySet().stream()
                .filter(box -> box.getValue().id.equals(id))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    boolean portTaken(Owner owner, Entry entry) {
        Set<Integer> mine = ports(entry);
        return boxes.entrySet().stream()
                .filter(box -> !box.getKey().equals(owner) && running(box.getValue()))
                .anyMatch(box -> ports(box.getValue().entry).stream().anyMatch(mine::contains));
    }

    private static boolean running(Box box) {
        return box.life == Life.STARTING || box.life == Life.HEALTHY;
    }

    /** Whether the container behind a backend is healthy, and is the one that has its port. */
    boolean answers(Backend backend) {
        Box box = boxes.get(backend.owner());
        return box != null && box.life == Life.HEALTHY && ports(box.entry).contains(backend.port());
    }

    /** Create and start: one that is there is started when it does not run, also when it has exited. */
    FakeHost started(Owner owner, Entry entry) {
        Box there = boxes.get(owner);
        if (there != null) {
            return running(there) ? this : with(owner, there.living(Life.STARTING));
        }
        Birth before = births.get(owner);
        int count = before == null ? 1 : before.count + 1;
        TreeMap<Owner, Birth> after = new TreeMap<>(births);
        after.put(owner, new Birth(count, entry, false));
        String id = owner.containerName() + "." + count;
        return new FakeHost(reachable, boxes, images, after, engineId).with(owner, new Box(id, entry, Life.STARTING));
    }

    HostView view(String host) {
        if (!reachable) {
            return HostView.unknown("Host " + host + " does not answer");
        }
        List<Container> containers = boxes.entrySet().stream()
                .map(box -> container(host, box.getKey(), box.getValue()))
                .toList();
        Set<Integer> taken = new HashSet<>();
        boxes.values().stream().filter(FakeHost::running).forEach(box -> taken.addAll(ports(box.entry)));
        return new HostView(null, engineId.isEmpty() ? host : engineId, "fake", containers, images, taken);
    }

    private static Container container(String host, Owner owner, Box box) {
        Map<Integer, Integer> ports = new HashMap<>();
        int port = box.entry.hostPort();
        for (Template.Port declared : box.entry.template().ports()) {
            ports.put(declared.containerPort(), port++);
        }
        Container.Phase phase = switch (box.life) {
            case CREATED -> Container.Phase.CREATED;
            case STARTING, HEALTHY -> Container.Phase.RUNNING;
            case LEAVING -> Container.Phase.LEAVING;
            case DEAD -> Container.Phase.EXITED;
        };
        return new Container(
                box.id,
                owner.containerName(),
                owner,
                box.entry.version(),
                Samples.hash(box.entry.template()),
                phase,
                box.life == Life.HEALTHY ? Container.Health.HEALTHY : Container.Health.STARTING,
                null,
                0,
                box.life == Life.DEAD ? 137 : 0,
                Samples.address(host),
                ports);
    }

    private static Set<Integer> ports(Entry entry) {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < entry.template().ports().size(); i++) {
            ports.add(entry.hostPort() + i);
        }
        return ports;
    }
}
