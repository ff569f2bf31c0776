package dev.cairn.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Container.Health;
import dev.cairn.core.model.Container.Phase;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.port.PortException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Looks at one host: one list, and an inspect of each container of ours that is not known to be unchanged. */
final class Look {
    private final String installation;
    private final DockerConfig config;
    private final Prober prober;
    private final Disbelieved disbelieved;

    /**
     * What somebody asks for.
     *
     * @param host as it is declared
     * @param probes by the containers that they are made at
     * @param images references of which it is to be told whether they are there
     */
    record Glance(Host host, Map<Owner, Probe> probes, Set<String> images) {}

    private record Ours(Seen seen, Labels.Meaning meaning) {}

    Look(String installation, DockerConfig config, Prober prober, Disbelieved disbelieved) {
        this.installation = installation;
        this.config = config;
        this.prober = prober;
        this.disbelieved = disbelieved;
    }

    /** One look for all, unless they contradict each other: then one for each. */
    List<HostView> glance(DockerHost engine, List<Glance> asked) {
        Host host = asked.get(0).host;
        Map<Owner, Probe> probes = new HashMap<>();
        Set<String> images = new HashSet<>();
        boolean agreed = true;
        for (Glance one : asked) {
            images.addAll(one.images);
            agreed &= one.host.equals(host);
            for (Map.Entry<Owner, Probe> probe : one.probes.entrySet()) {
                Probe other = probes.putIfAbsent(probe.getKey(), probe.getValue());
                agreed &= other == null || other.equals(probe.getValue());
            }
        }
        return agreed
                ? Collections.nCopies(asked.size(), at(engine, host, probes, images, true))
                : asked.stream()
                        .map(one -> at(engine, one.host, one.probes, one.images, true))
                        .toList();
    }

    /**
     * Looks.
     *
     * @param glance whether the list of containers need not be read when that was done a moment ago
     */
    HostView at(DockerHost engine, Host host, Map<Owner, Probe> probes, Set<String> images, boolean glance) {
        Deadline deadline = Deadline.in(config.lookTimeout());
        long begun = System.nanoTime();
        try {
            DockerHost.Identity identity = engine.identity(deadline);
            Set<Integer> takenPorts = new HashSet<>(engine.refusedPorts().now());
            List<Ours> ours = containers(engine, deadline, takenPorts, glance);
            if (ours.stream().anyMatch(one -> phase(engine, one.seen()) == Phase.EXITED)) {
                engine.knock(deadline); // its engine restarts what ends by itself, unless it is ending too
            }
            Map<String, String> present = images(engine, deadline, images);
            probe(engine, host, deadline, ours, probes);
            List<Container> containers = ours.stream()
                    .map(one -> container(engine, host, one, probes))
                    .toList();
            engine.ages().looked(begun);
            return new HostView(null, identity.id(), identity.version(), containers, present, takenPorts);
        } catch (PortException e) {
            return unknown(e);
        } catch (DockerException e) {
            return unknown(Trouble.wrongAnswer(host, e));
        }
    }

    static HostView unknown(PortException trouble) {
        return HostView.unknown(String.valueOf(trouble.getMessage()));
    }

    private List<Ours> containers(DockerHost engine, Deadline deadline, Set<Integer> takenPorts, boolean glance)
            throws PortException {
        InspectCache cache = engine.inspected();
        List<Listing> listed = list(engine, deadline, glance);
        engine.displaced(displaced(engine.host(), listed));
        Map<String, Labels.Meaning> believed = new HashMap<>();
        Map<String, Seen> seen = new HashMap<>();
        List<Listing> unknown = new ArrayList<>();
        for (Listing one : listed) {
            takenPorts.addAll(one.ports());
            Labels.Meaning meaning = one.meaning();
            if (meaning != null) {
                believed.put(one.id(), meaning);
                Optional<Seen> cached = engine.followed() ? cache.get(one.id(), one.shown()) : Optional.empty();
                cached.ifPresentOrElse(known -> seen.put(one.id(), known), () -> unknown.add(one));
            }
        }
        List<Optional<Seen>> answers = engine.quickly(
                deadline,
                unknown,
                one -> client -> cache.once(
                        one.id(), one.shown(), () -> inspect(one.id()).apply(client)));
        for (int i = 0; i < unknown.size(); i++) {
            String id = unknown.get(i).id();
            answers.get(i).ifPresent(answer -> seen.put(id, answer));
        }
        cache.retain(believed.keySet());
        engine.ages().retain(believed.keySet());
        List<Ours> ours = new ArrayList<>();
        seen.forEach((id, one) -> {
            Labels.Meaning meaning = believed.get(id);
            if (meaning != null) {
                ours.add(new Ours(one, meaning));
                takenPorts.addAll(one.wanted().values());
            }
        });
        return ours;
    }

    private List<Listing> list(DockerHost engine, Deadline deadline, boolean glance) throws PortException {
        InspectCache cache = engine.inspected();
        long readAfter = cache.now();
        Optional<List<Listing>> fresh = glance && engine.followed() ? cache.list() : Optional.empty();
        if (fresh.isPresent()) {
            return fresh.get();
        }
        long atNanos = System.nanoTime();
        List<Listing> listed =
                engine
                        .quick(
                                deadline,
                                client -> client.listContainersCmd()
                                        .withShowAll(true)
                                        .exec())
                        .stream()
                        .map(one -> Listing.of(one, installation, atNanos))
                        .toList();
        cache.list(listed, readAfter);
        return listed;
    }

    /**
     * The containers that carry the labels of one that is not there, by its name: somebody may have renamed it. All
     * others whose labels are not true are told of.
     */
    private Map<String, String> displaced(Host host, List<Listing> listed) {
        Map<String, String> displaced = new HashMap<>();
        Set<String> names = new HashSet<>();
        listed.forEach(one -> names.add(one.name()));
        for (Listing one : listed) {
            Labels.Reading reading = one.reading();
            if (reading != null && reading.meaning() == null) {
                Optional<String> vacant = reading.claimed().filter(name -> !names.contains(name));
                if (vacant.isPresent()) {
                    displaced.put(vacant.get(), one.id());
                    disbelieved.reportIfItLasts(host, one.id(), one.name(), one.labels(), reading.lie());
                } else {
                    disbelieved.report(host, one.id(), one.name(), one.labels(), reading.lie());
                }
            }
        }
        return displaced;
    }

    /** Inspects a container; empty when it has gone. */
    static Function<DockerClient, Optional<Seen>> inspect(String idOrName) {
        return client -> {
            try {
                return Optional.of(Seen.of(client.inspectContainerCmd(idOrName).exec()));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        };
    }

    private static Map<String, String> images(DockerHost engine, Deadline deadline, Set<String> images)
            throws PortException {
        PinCache cache = engine.pins();
        long readAfter = cache.now();
        Map<String, String> present = new HashMap<>();
        List<ImageRef> unknown = new ArrayList<>();
        images.stream().map(ImageRef::parse).flatMap(Optional::stream).forEach(ref -> {
            Optional<String> cached = engine.followed() ? cache.get(ref.text()) : Optional.empty();
            cached.ifPresentOrElse(pin -> present.put(ref.text(), pin), () -> unknown.add(ref));
        });
        List<Optional<String>> answers = engine.quickly(deadline, unknown, Look::pinned);
        for (int i = 0; i < unknown.size(); i++) {
            String text = unknown.get(i).text();
            answers.get(i).ifPresent(pin -> {
                present.put(text, pin);
                cache.put(text, pin, readAfter);
            });
        }
        return present;
    }

    /** What pins the image that the engine has under this reference; empty when it has none. */
    static Function<DockerClient, Optional<String>> pinned(ImageRef ref) {
        return client -> {
            try {
                InspectImageResponse image = client.inspectImageCmd(ref.text()).exec();
                return Optional.of(ref.pinned(image.getRepoDigests(), String.valueOf(image.getId())));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        };
    }

    /** Tells the prober what runs here, and gives probes that were not made yet a moment. */
    private void probe(DockerHost engine, Host host, Deadline deadline, List<Ours> ours, Map<Owner, Probe> probes)
            throws PortException {
        List<Prober.Target> targets = new ArrayList<>();
        Map<String, Instant> running = new HashMap<>();
        InetAddress address = null;
        for (Ours one : ours) {
            Instant startedAt = one.seen().startedAt();
            if (startedAt == null || one.seen().phase() != Phase.RUNNING) {
                continue;
            }
            running.put(one.seen().id(), startedAt);
            Probe probe = probes.get(one.meaning().owner());
            Integer port = probe == null ? null : one.seen().published().get(probe.port());
            if (probe != null && port != null) {
                address = address == null ? resolve(engine, host, deadline) : address;
                InetSocketAddress at = new InetSocketAddress(address, port);
                targets.add(new Prober.Target(
                        one.seen().id(), startedAt, one.meaning().owner(), at, probe));
            }
        }
        prober.watch(host.name(), targets, running, Instant.now(), config.firstProbeTimeout());
    }

    private static InetAddress resolve(DockerHost engine, Host host, Deadline deadline) throws PortException {
        Optional<InetAddress> address = engine.quick(deadline, client -> {
            try {
                return Optional.of(InetAddress.getByName(host.address()));
            } catch (UnknownHostException e) {
                return Optional.empty();
            }
        });
        if (address.isEmpty()) {
            throw new PortException.Transient(
                    Trouble.UNREACHABLE,
                    Trouble.sentence(
                            host,
                            "the address " + Labels.brief(host.address()) + " is not known",
                            "correct spec.docker.address or the name service"));
        }
        return address.get();
    }

    private Container container(DockerHost engine, Host host, Ours one, Map<Owner, Probe> probes) {
        Seen seen = one.seen();
        Instant told = seen.startedAt();
        Instant startedAt =
                told == null ? null : engine.ages().startedAt(seen.id(), told, Instant.now(), System.nanoTime());
        Labels.Meaning meaning = one.meaning();
        return new Container(
                seen.id(),
                seen.name(),
                meaning.owner(),
                meaning.version(),
                meaning.templateHash(),
                phase(engine, seen),
                health(host, seen, probes.get(meaning.owner())),
                startedAt,
                seen.restarts(),
                seen.exitCode(),
                host.address(),
                seen.published());
    }

    private static Phase phase(DockerHost engine, Seen seen) {
        return engine.endings().has(seen.id()) ? Phase.LEAVING : seen.phase();
    }

    private Health health(Host host, Seen seen, @Nullable Probe probe) {
        return switch (seen.phase()) {
            case CREATED -> Health.STARTING;
            case RESTARTING, PAUSED, EXITED, LEAVING -> Health.UNHEALTHY;
            case RUNNING ->
                probe != null
                        ? prober.health(host.name(), seen.id())
                        : Optional.ofNullable(seen.health()).orElse(Health.HEALTHY);
        };
    }
}
