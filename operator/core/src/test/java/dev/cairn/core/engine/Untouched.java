package dev.cairn.core.engine;

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
import dev.cairn.core.port.ContainerEngine;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.Proxy;
import dev.cairn.core.port.Records;
import dev.cairn.core.port.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An oracle in front of all ports: lets looks through, notes every call that would change something and makes none. */
final class Untouched implements ContainerEngine, Proxy, Records {
    private final FakePorts behind;
    private final List<String> touched = new ArrayList<>();

    Untouched(FakePorts behind) {
        this.behind = behind;
    }

    /** The verbs of the calls that would have changed something. */
    List<String> touched() {
        return touched;
    }

    World world() {
        return behind.world();
    }

    private boolean note(String verb) {
        touched.add(verb);
        return true;
    }

    @Override
    public HostView look(Host host, Map<Owner, Probe> probes, Set<String> images) {
        return behind.look(host, probes, images);
    }

    @Override
    public String pull(Host host, String image, ImagePull how) {
        note("pull");
        return image;
    }

    @Override
    public void start(Host host, Owner owner, Entry entry) {
        note("start");
    }

    @Override
    public void remove(Host host, String id, int graceSeconds) {
        note("remove");
    }

    @Override
    public ProxyView look() {
        return behind.look();
    }

    @Override
    public void listen(Map<Integer, Protocol> ports) {
        note("listen");
    }

    @Override
    public void warm(Map<RouteKey, Row> rows) {
        note("warm");
    }

    @Override
    public void rest(Owner owner) {
        note("rest");
    }

    @Override
    public void wake(Owner owner) {
        note("wake");
    }

    @Override
    public void disconnect(Owner owner) {
        note("disconnect");
    }

    @Override
    public boolean commit(ProxyView seen, RouteTable table) {
        return note("commit");
    }

    @Override
    public Desired read(ObjectKey service) {
        return behind.read(service);
    }

    @Override
    public boolean create(ServiceStack stack) {
        return note("create");
    }

    @Override
    public boolean write(ServiceStack stack) {
        return note("write");
    }

    @Override
    public boolean delete(ServiceStack stack) {
        return note("delete");
    }

    @Override
    public boolean release(ServiceStack stack) {
        return note("release");
    }

    @Override
    public void releaseService(ObjectKey service) {
        note("releaseService");
    }
}
