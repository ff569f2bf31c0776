package dev.cairn.core.port;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.ServiceStack;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** All three ports over one {@link World} that changes: what the contract kits and crash tests run against. */
public final class FakePorts implements ContainerEngine, Proxy, Records {
    private World world;

    public FakePorts(World world) {
        this.world = world;
    }

    /** The world as it is now. */
    public synchronized World world() {
        return world;
    }

    /** Lets users or fate change the world. */
    public synchronized void change(UnaryOperator<World> change) {
        world = change.apply(world);
    }

    private synchronized boolean act(Function<World, World.Result> verb) throws PortException {
        World.Result result = verb.apply(world);
        world = result.world();
        if (result.refusal() != null) {
            throw new PortException.Transient("Refused", result.refusal());
        }
        return result.done();
    }

    @Override
    public synchronized HostView look(Host host, Map<Owner, Probe> probes, Set<String> images) {
        HostView all = world.view(host.name());
        Map<String, String> asked = new HashMap<>(all.images());
        asked.keySet().retainAll(images);
        return new HostView(
                all.trouble(), all.engineId(), all.engineVersion(), all.containers(), asked, all.takenPorts());
    }

    @Override
    public String pull(Host host, String image, ImagePull how) throws PortException {
        act(w -> w.pull(host, image));
        return Samples.pinned(image);
    }

    @Override
    public void start(Host host, Owner owner, Entry entry) throws PortException {
        act(w -> w.start(host, owner, entry));
    }

    @Override
    public void remove(Host host, String id, int graceSeconds) throws PortException {
        act(w -> w.remove(host, id));
    }

    @Override
    public synchronized ProxyView look() {
        world = world.prepared();
        return world.proxyView();
    }

    @Override
    public void listen(Map<Integer, Protocol> ports) throws PortException {
        act(w -> w.listen(ports));
    }

    @Override
    public void warm(Map<RouteKey, Row> rows) throws PortException {
        act(w -> w.warm(rows));
    }

    @Override
    public boolean commit(ProxyView seen, RouteTable table) throws PortException {
        return act(w -> w.commit(seen.token(), table));
    }

    @Override
    public void rest(Owner owner) throws PortException {
        act(w -> w.rest(owner));
    }

    @Override
    public void wake(Owner owner) throws PortException {
        act(w -> w.wake(owner));
    }

    @Override
    public void disconnect(Owner owner) throws PortException {
        act(w -> w.disconnect(owner));
    }

    @Override
    public synchronized Desired read(ObjectKey service) {
        return world.desired(service);
    }

    @Override
    public boolean create(ServiceStack stack) throws PortException {
        return act(w -> w.create(stack));
    }

    @Override
    public boolean write(ServiceStack stack) throws PortException {
        return act(w -> w.write(stack));
    }

    @Override
    public boolean delete(ServiceStack stack) throws PortException {
        return act(w -> w.delete(stack));
    }

    @Override
    public boolean release(ServiceStack stack) throws PortException {
        return act(w -> w.release(stack));
    }

    @Override
    public void releaseService(ObjectKey service) throws PortException {
        act(w -> w.releaseService(service));
    }
}
