package dev.cairn.core.port;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Stage;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What tests declare: services, hosts and endpoints of one fashion. */
public final class Samples {
    /** The settings of every sample container. */
    public static final Template TEMPLATE =
            new Template(List.of(), List.of(), Map.of(), List.of(new Template.Port("http", 80)), null, 10);

    private static final Map<Template, String> HASHES = new ConcurrentHashMap<>();

    private Samples() {}

    /** {@link #TEMPLATE} with a variable of its own. */
    public static Template levelled(String level) {
        return new Template(List.of(), List.of(), Map.of("LEVEL", level), TEMPLATE.ports(), null, 10);
    }

    /** A key in the namespace default. */
    public static ObjectKey key(String name) {
        return new ObjectKey("default", name);
    }

    /** {@code v0.1} and so on. */
    public static List<Version> versions(int... minors) {
        return IntStream.of(minors).mapToObj(m -> new Version("v0." + m)).toList();
    }

    /** A service of {@code webapp}'s fashion whose stages are prod 0, qa 1, dev 2, as far as minHeight reaches. */
    public static Service service(String name, int stacks, int minHeight, int... minors) {
        List<Stage> stages = Stream.of(new Stage("prod", 0), new Stage("qa", 1), new Stage("dev", 2))
                .filter(stage -> stage.position() < minHeight)
                .toList();
        return new Service(
                key(name),
                1,
                "registry.example.com/" + name,
                versions(minors),
                stacks,
                stages,
                minHeight,
                Service.VersionOrder.NON_DECREASING,
                Service.VersionEntry.ON_TOP,
                Placement.ANYWHERE,
                Service.Promotion.IN_PLACE,
                new Service.Strategy(Duration.ofSeconds(600), Duration.ZERO, Duration.ofSeconds(30)),
                Service.Retain.NOTHING,
                TEMPLATE,
                false,
                Service.Hold.NEVER,
                Service.Request.NONE);
    }

    private static Service with(Service s, Consumer<Edit> change) {
        Edit edit = new Edit(s);
        change.accept(edit);
        return edit.made(s);
    }

    /** What the samples change of a service. */
    private static final class Edit {
        private long generation;
        private int stacks;
        private Service.VersionEntry versionEntry;
        private Placement placement;
        private Service.Promotion promotion;
        private Service.Strategy strategy;
        private Service.Retain retain;
        private Template template;
        private boolean deleting;
        private Service.Hold hold;
        private Service.Request request;

        Edit(Service s) {
            generation = s.generation();
            stacks = s.stacks();
            versionEntry = s.versionEntry();
            placement = s.placement();
            promotion = s.promotion();
            strategy = s.strategy();
            retain = s.retain();
            template = s.template();
            deleting = s.deleting();
            hold = s.hold();
            request = s.request();
        }

        Service made(Service s) {
            return new Service(
                    s.key(),
                    generation,
                    s.image(),
                    s.versions(),
                    stacks,
                    s.stages(),
                    s.minHeight(),
                    s.versionOrder(),
                    versionEntry,
                    placement,
                    promotion,
                    strategy,
                    retain,
                    template,
                    deleting,
                    hold,
                    request);
        }
    }

    /** The same service that places, promotes, changes and retains otherwise. */
    public static Service behaving(
            Service s,
            Placement placement,
            Service.Promotion promotion,
            Service.Strategy strategy,
            Service.Retain retain) {
        return with(s, edit -> {
            edit.placement = placement;
            edit.promotion = promotion;
            edit.strategy = strategy;
            edit.retain = retain;
        });
    }

    /** The same service into whose stack a version may enter anywhere. */
    public static Service ordered(Service s) {
        return with(s, edit -> edit.versionEntry = Service.VersionEntry.ORDERED);
    }

    /** The same service that keeps popped containers for ten minutes. */
    public static Service retaining(Service s, int count) {
        Service.Retain retain = new Service.Retain(count, Duration.ofMinutes(10));
        return behaving(s, s.placement(), s.promotion(), s.strategy(), retain);
    }

    /** The same service whose changes go over the stacks in another way. */
    public static Service following(Service s, Service.StrategyType type) {
        Service.Strategy strategy = new Service.Strategy(
                s.strategy().progressDeadline(),
                s.strategy().minReady(),
                s.strategy().drain(),
                type,
                Duration.ZERO);
        return behaving(s, s.placement(), s.promotion(), strategy, s.retain());
    }

    /** Hosts docker01 and so on. */
    public static List<Host> hosts(int count) {
        List<Host> hosts = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String name = "docker0" + i;
            hosts.add(new Host(name, "tcp://" + address(name) + ":2375", address(name), 20000, 29999, false));
        }
        return hosts;
    }

    static Host available(Host h, Host.Availability availability) {
        return new Host(
                h.name(),
                h.url(),
                h.address(),
                h.firstPort(),
                h.lastPort(),
                h.deleting(),
                availability,
                h.labels(),
                h.tlsSecret(),
                h.engineIds());
    }

    /** Where a sample host's containers publish their ports. */
    public static String address(String host) {
        return "10.0.0." + host.substring(host.length() - 2);
    }

    /** An endpoint that points at a position. */
    public static Endpoint endpoint(String name, String service, int position, int port) {
        return new Endpoint(key(name), Instant.EPOCH, service, null, position, "http", port, false);
    }

    /** What a reference is pinned to, on every host the same. */
    public static String pinned(String image) {
        int colon = image.lastIndexOf(':');
        return image.substring(0, colon) + "@sha256:" + image.substring(colon + 1);
    }

    /** {@link Template#hash()}, remembered. */
    static String hash(Template template) {
        return HASHES.computeIfAbsent(template, Template::hash);
    }

    /** The same service as of another generation. */
    public static Service withGeneration(Service s, long generation) {
        return with(s, edit -> edit.generation = generation);
    }

    /** The same service with another number of stacks, other settings, or being deleted. */
    public static Service edited(Service s, int stacks, Template template, boolean deleting) {
        return with(s, edit -> {
            edit.stacks = stacks;
            edit.template = template;
            edit.deleting = deleting;
        });
    }

    /** The same service as it is held, and asks for something. */
    public static Service holding(Service s, Service.Hold hold, Service.Request request) {
        return with(s, edit -> {
            edit.hold = hold;
            edit.request = request;
        });
    }

    /** The record as the API would store it: a new generation, nobody's edit. */
    public static ServiceStack withGeneration(ServiceStack s, long generation) {
        return new ServiceStack(
                s.key(),
                generation,
                Long.toString(generation),
                s.service(),
                s.ordinal(),
                s.hostName(),
                s.change(),
                s.lastContainer(),
                s.failedGeneration(),
                s.containers(),
                s.next(),
                s.retained(),
                s.deleting(),
                false);
    }

    /** The record after somebody other than the operator has written it. */
    public static ServiceStack edited(ServiceStack s) {
        return new ServiceStack(
                s.key(),
                s.generation() + 1,
                Long.toString(s.generation() + 1),
                s.service(),
                s.ordinal(),
                s.hostName(),
                s.change(),
                s.lastContainer(),
                s.failedGeneration(),
                s.containers(),
                s.next(),
                s.retained(),
                s.deleting(),
                true);
    }

    static ServiceStack deleting(ServiceStack s) {
        return new ServiceStack(
                s.key(),
                s.generation(),
                s.resourceVersion(),
                s.service(),
                s.ordinal(),
                s.hostName(),
                s.change(),
                s.lastContainer(),
                s.failedGeneration(),
                s.containers(),
                s.next(),
                s.retained(),
                true,
                s.edited());
    }
}
