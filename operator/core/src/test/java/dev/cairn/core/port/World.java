package dev.cairn.core.port;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an operator works on, as one immutable value: the record, the engines, the proxy. Each verb of the
 * ports is a function from one world to the next, with the meaning that the ports' contracts give it. Time does not
 * exist here: nothing is ever overdue.
 */
public record World(
        SortedMap<ObjectKey, Service> services,
        List<Endpoint> endpoints,
        List<Host> hosts,
        SortedMap<ObjectKey, ServiceStack> stacks,
        SortedMap<String, FakeHost> engines,
        Balancer proxy) {

    /** What a verb led to. */
    public record Result(
            World world, boolean done, @Nullable String refusal) {
        static Result done(World world) {
            return new Result(world, true, null);
        }

        static Result conflict(World world) {
            return new Result(world, false, null);
        }

        static Result refused(World world, String why) {
            return new Result(world, false, why);
        }
    }

    public World {
        services = sorted(services);
        endpoints = List.copyOf(endpoints);
        hosts = List.copyOf(hosts);
        stacks = sorted(stacks);
        engines = sorted(engines);
    }

    private static final Class<?> SORTED =
            Collections.unmodifiableSortedMap(new TreeMap<>()).getClass();

    /** What is sorted already is taken as it is: nobody else makes such maps here. */
    static <K extends Comparable<K>, V> SortedMap<K, V> sorted(Map<K, V> map) {
        return map.getClass() == SORTED ? (SortedMap<K, V>) map : Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    /** Nothing runs, nothing is recorded. */
    public static World of(List<Service> services, List<Endpoint> endpoints, List<Host> hosts) {
        Map<ObjectKey, Service> byKey = new HashMap<>();
        services.forEach(s -> byKey.put(s.key(), s));
        Map<String, FakeHost> engines = new HashMap<>();
        hosts.forEach(h -> engines.put(h.name(), FakeHost.EMPTY));
        return new World(
                new TreeMap<>(byKey), endpoints, hosts, new TreeMap<>(), new TreeMap<>(engines), Balancer.EMPTY);
    }

    // ---- what users and fate do

    /** Edits a service; its generation rises when something changes. */
    public World declare(Service edited) {
        Service old = services.get(edited.key());
        if (edited.equals(old)) {
            return this;
        }
        TreeMap<ObjectKey, Service> after = new TreeMap<>(services);
        after.put(edited.key(), Samples.withGeneration(edited, old == null ? 1 : old.generation() + 1));
        return new World(after, endpoints, hosts, stacks, engines, proxy);
    }

    /** Annotates a service, which leaves its generation as it is. */
    public World annotate(ObjectKey service, Service.Request request) {
        TreeMap<ObjectKey, Service> after = new TreeMap<>(services);
        after.put(service, Samples.holding(service(service), service(service).hold(), request));
        return new World(after, endpoints, hosts, stacks, engines, proxy);
    }

    /** Edits a service's versions. */
    public World declare(ObjectKey service, List<Version> versions) {
        return declare(service(service).withVersions(versions));
    }

    /** Replaces what is declared of endpoints. */
    public World declareEndpoints(List<Endpoint> edited) {
        return new World(services, edited, hosts, stacks, engines, proxy);
    }

    /** Says what may be put on a host. */
    public World available(String host, Host.Availability availability) {
        List<Host> edited = hosts.stream()
                .map(h -> h.name().equals(host) ? Samples.available(h, availability) : h)
                .toList();
        return new World(services, endpoints, edited, stacks, engines, proxy);
    }

    /** The stack as somebody other than the operator left it, past every guard. */
    public World tamper(ServiceStack stack) {
        return put(stack);
    }

    /** Takes a service away for good. */
    public World forget(ObjectKey service) {
        TreeMap<ObjectKey, Service> after = new TreeMap<>(services);
        after.remove(service);
        return new World(after, endpoints, hosts, stacks, engines, proxy);
    }

    /** Changes one host's engine. */
    public World engine(String host, UnaryOperator<FakeHost> change) {
        TreeMap<String, FakeHost> after = new TreeMap<>(engines);
        after.put(host, change.apply(engines.getOrDefault(host, FakeHost.EMPTY)));
        return new World(services, endpoints, hosts, stacks, after, proxy);
    }

    /** Changes the proxy. */
    public World proxy(Balancer after) {
        return after.equals(proxy) ? this : new World(services, endpoints, hosts, stacks, engines, after);
    }

    // ---- what can be seen

    /** The service of that key, which must exist. */
    public Service service(ObjectKey key) {
        return Optional.ofNullable(services.get(key)).orElseThrow();
    }

    /** The engine of a host. */
    public FakeHost engine(String host) {
        return engines.getOrDefault(host, FakeHost.EMPTY);
    }

    /** The container of an owner, on whichever host it is. */
    public Optional<FakeHost.Box> box(Owner owner) {
        for (FakeHost engine : engines.values()) {
            FakeHost.Box box = engine.boxes().get(owner);
            if (box != null) {
                return Optional.of(box);
            }
        }
        return Optional.empty();
    }

    /** Whether the container behind a backend answers. */
    public boolean answers(Backend backend) {
        return engine(backend).filter(engine -> engine.answers(backend)).isPresent();
    }

    /** Whether the engine that a backend is on answers. */
    public boolean reaches(Backend backend) {
        return engine(backend).filter(FakeHost::reachable).isPresent();
    }

    /** The version behind a backend, also when it is gone: there may be others of its name, on other engines. */
    public Optional<Version> version(Backend backend) {
        return engine(backend)
                .map(engine -> engine.births().get(backend.owner()))
                .map(birth -> birth.entry().version());
    }

    private Optional<FakeHost> engine(Backend backend) {
        return engines.entrySet().stream()
                .filter(engine -> Samples.address(engine.getKey()).equals(backend.address()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The record, as far as it concerns one service. */
    public Desired desired(ObjectKey service) {
        return new Desired(
                service,
                services.get(service),
                stacks.values().stream()
                        .filter(s -> s.service().equals(service))
                        .toList(),
                stacks.values().stream()
                        .filter(s -> !s.service().equals(service))
                        .toList(),
                endpoints,
                hosts);
    }

    /** What a look at a host sees. */
    public HostView view(String host) {
        return engine(host).view(host);
    }

    /** What a look at the proxy sees that has just prepared its own version of the table. */
    public ProxyView proxyView() {
        return proxy.view(this::answers);
    }

    // ---- the verbs of Records

    World write(ServiceStack before, ServiceStack after) {
        boolean same = sameSpec(before, after) && before.deleting() == after.deleting();
        return same ? this : put(Samples.withGeneration(after, before.generation() + 1));
    }

    private World put(ServiceStack stack) {
        TreeMap<ObjectKey, ServiceStack> after = new TreeMap<>(stacks);
        after.put(stack.key(), stack);
        return new World(services, endpoints, hosts, after, engines, proxy);
    }

    private static boolean sameSpec(ServiceStack a, ServiceStack b) {
        return !a.edited()
                && a.hostName().equals(b.hostName())
                && a.change() == b.change()
                && a.lastContainer() == b.lastContainer()
                && java.util.Objects.equals(a.failedGeneration(), b.failedGeneration())
                && a.containers().equals(b.containers())
                && java.util.Objects.equals(a.next(), b.next())
                && a.retained().equals(b.retained());
    }

    /**
     * Creates a stack's record. One of the same name may have been there before: what was created for it, also by an
     * operator that did not know yet that it was gone, was created for another one.
     */
    public Result create(ServiceStack stack) {
        if (stacks.containsKey(stack.key())) {
            return Result.conflict(this);
        }
        TreeMap<String, FakeHost> forgetful = new TreeMap<>(engines);
        forgetful.replaceAll((name, engine) -> engine.withoutBirths(stack));
        return Result.done(
                new World(services, endpoints, hosts, stacks, forgetful, proxy).put(Samples.withGeneration(stack, 1)));
    }

    /** Replaces a stack's record, unless somebody wrote it since it was read. */
    public Result write(ServiceStack stack) {
        ServiceStack stored = stacks.get(stack.key());
        return stored == null || !stored.resourceVersion().equals(stack.resourceVersion())
                ? Result.conflict(this)
                : Result.done(write(stored, stack));
    }

    /** Marks a stack's record for deletion, unless somebody wrote it since it was read. */
    public Result delete(ServiceStack stack) {
        ServiceStack stored = stacks.get(stack.key());
        if (stored != null && !stored.resourceVersion().equals(stack.resourceVersion())) {
            return Result.conflict(this);
        }
        return Result.done(stored == null ? this : write(stored, Samples.deleting(stored)));
    }

    /** Lets a stack's record go. */
    public Result release(ServiceStack stack) {
        ServiceStack stored = stacks.get(stack.key());
        if (stored == null || !stored.deleting() || !stored.resourceVersion().equals(stack.resourceVersion())) {
            return Result.conflict(this);
        }
        TreeMap<ObjectKey, ServiceStack> after = new TreeMap<>(stacks);
        after.remove(stack.key());
        return Result.done(new World(services, endpoints, hosts, after, engines, proxy));
    }

    /** Lets a service go. */
    public Result releaseService(ObjectKey service) {
        return Result.done(forget(service));
    }

    // ---- the verbs of ContainerEngine

    /** Makes sure that an image is on a host. */
    public Result pull(Host host, String image) {
        return reach(host, e -> e.images().containsKey(image) ? e : e.withImage(image, Samples.pinned(image)));
    }

    /** Creates and starts a container under its name. */
    public Result start(Host host, Owner owner, Entry entry) {
        FakeHost engine = engine(host.name());
        if (!engine.reachable()) {
            return Result.refused(this, "Host " + host.name() + " does not answer");
        }
        FakeHost.Box there = engine.boxes().get(owner);
        boolean sameLabels = there != null
                && there.entry().version().equals(entry.version())
                && there.entry().template().equals(entry.template());
        if (there != null && !sameLabels) {
            return Result.refused(this, "the name " + owner.containerName() + " is taken");
        }
        if (engine.portTaken(owner, entry)) {
            return Result.refused(this, "port " + entry.hostPort() + " is taken");
        }
        return Result.done(engine(host.name(), e -> e.started(owner, entry)));
    }

    /** Stops and removes a container by its id. */
    public Result remove(Host host, String id) {
        Optional<Owner> owner = engine(host.name()).ownerOf(id);
        Result result = reach(host, e -> e.without(id));
        return owner.isPresent() && result.done()
                ? Result.done(result.world.proxy(result.world.proxy.withoutSessions(owner.get())))
                : result;
    }

    private Result reach(Host host, UnaryOperator<FakeHost> change) {
        return engine(host.name()).reachable()
                ? Result.done(engine(host.name(), change))
                : Result.refused(this, "Host " + host.name() + " does not answer");
    }

    // ---- the verbs of Proxy

    /** The world in which one more version of the table is in preparation: what every look at the proxy does. */
    public World prepared() {
        return proxy.reachable() ? proxy(proxy.prepared()) : this;
    }

    /** Makes the proxy listen. */
    public Result listen(Map<Integer, Protocol> ports) {
        return Result.done(proxy(proxy.listening(ports)));
    }

    /** Fills the pools that carry no traffic. */
    public Result warm(Map<RouteKey, Row> rows) {
        return proxy.reachable() ? Result.done(proxy(proxy.warmed(rows))) : Result.refused(this, "the proxy is away");
    }

    /** Lets nobody ask a container that does not answer. */
    public Result rest(Owner owner) {
        return proxy.reachable()
                ? Result.done(proxy(proxy.rested(owner, this::answers)))
                : Result.refused(this, "the proxy is away");
    }

    /** Lets everybody ask a container again. */
    public Result wake(Owner owner) {
        return proxy.reachable() ? Result.done(proxy(proxy.woken(owner))) : Result.refused(this, "the proxy is away");
    }

    /** Ends what a container still serves, unless a row names it. */
    public Result disconnect(Owner owner) {
        if (!proxy.reachable()) {
            return Result.refused(this, "the proxy is away");
        }
        return Result.done(proxy.live().names(owner) ? this : proxy(proxy.withoutSessions(owner)));
    }

    /** Switches the whole table, unless it is too late for that or something is not up. */
    public Result commit(long token, RouteTable table) {
        return proxy.commit(token, table, this::answers)
                .map(after -> Result.done(proxy(after)))
                .orElseGet(() -> Result.conflict(this));
    }
}
