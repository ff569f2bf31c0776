package dev.cairn.core.plan;

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
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Proxy;
import dev.cairn.core.port.Records;
import dev.cairn.core.port.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All three ports, counting the calls of an operator and killing it at one of them. */
final class FaultPoint implements ContainerEngine, Proxy, Records {
    /** What becomes of the call at which the operator dies. */
    enum Fault {
        /** It is done. Whether its answer still came makes no difference to a process that forgets it. */
        AFTER,
        /** The engine has done the first half of it: created and not started, stopped and not removed. */
        HALFWAY,
        /** It is on its way, and arrives when the next operator has looked and is about to act. */
        LATE
    }

    /**
     * When an operator dies.
     *
     * @param call number of the call, from 1; 0: never
     */
    record Kill(int call, Fault fault) {
        static final Kill NEVER = new Kill(0, Fault.AFTER);
    }

    /** How a call ends while its operator lives on. */
    enum Mood {
        FINE,
        /** Nothing is done, and that is said. */
        REFUSED,
        /** It is done, and nobody says so. */
        UNANSWERED
    }

    /** The operator's process is gone. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /** Who looks at every step. */
    interface Witness {
        void saw(World before, Action action, World after);
    }

    /** One call that changes something. */
    private interface Verb {
        boolean call() throws PortException;
    }

    private interface Look<T> {
        T at() throws PortException;
    }

    private final FakePorts ports;
    private final Witness witness;
    private final List<Set<Fault>> calls = new ArrayList<>();
    private final Set<String> unseen = ConcurrentHashMap.newKeySet();
    private Kill kill = Kill.NEVER;
    private Plan plan = new Plan(List.of(), List.of(), null, List.of());
    private Supplier<Mood> moods = () -> Mood.FINE;
    private @Nullable Runnable late;

    FaultPoint(FakePorts ports, Witness witness) {
        this.ports = ports;
        this.witness = witness;
    }

    /** Another operator begins; the calls are counted anew. */
    void begin(Kill next) {
        calls.clear();
        kill = next;
    }

    /** Hosts that could not be looked at when they were last. */
    Set<String> unseen() {
        return unseen;
    }

    /** How the calls end from now on, one after the other. */
    void moods(Supplier<Mood> next) {
        moods = next;
    }

    /** What may happen at each call since the operator began. */
    List<Set<Fault>> calls() {
        return List.copyOf(calls);
    }

    /** The operator has looked; what it calls from now on is one of these actions. */
    void planned(Plan next) {
        arrive();
        plan = next;
    }

    /** Lets the call arrive that was on its way when its operator died. */
    void arrive() {
        if (late != null) {
            Runnable call = late;
            late = null;
            call.run();
        }
    }

    private <T> T look(Look<T> look) throws PortException {
        calls.add(Set.of(Fault.AFTER));
        T seen = look.at();
        if (calls.size() == kill.call) {
            throw new Killed();
        }
        if (moods.get() != Mood.FINE) {
            throw trouble();
        }
        return seen;
    }

    private boolean act(Predicate<Action> which, Verb verb) throws PortException {
        Action action = plan.actions().stream().filter(which).findFirst().orElseThrow();
        boolean halves = action instanceof Action.Start || action instanceof Action.Remove;
        calls.add(halves ? Set.of(Fault.values()) : Set.of(Fault.AFTER, Fault.LATE));
        Mood mood = moods.get();
        if (mood == Mood.REFUSED) {
            throw trouble();
        }
        if (calls.size() != kill.call) {
            boolean done = watched(action, verb);
            if (mood == Mood.UNANSWERED) {
                throw trouble();
            }
            return done;
        }
        switch (kill.fault) {
            case AFTER -> watched(action, verb);
            case HALFWAY -> half(action, verb);
            case LATE ->
                late = () -> {
                    try {
                        watched(action, verb);
                    } catch (PortException e) {
                        // Nobody is left to be told of it.
                    }
                };
        }
        throw new Killed();
    }

    private static PortException trouble() {
        return new PortException.Transient("Trouble", "500");
    }

    private boolean watched(Action action, Verb verb) throws PortException {
        World before = ports.world();
        boolean done = verb.call();
        witness.saw(before, action, ports.world());
        return done;
    }

    private void half(Action action, Verb verb) throws PortException {
        if (action instanceof Action.Start start) {
            boolean absent = ports.world().box(start.owner()).isEmpty();
            watched(action, verb);
            if (absent) {
                live(start.host(), start.owner(), Life.CREATED);
            }
        } else if (action instanceof Action.Remove remove) {
            live(remove.host(), remove.owner(), Life.DEAD);
        }
    }

    private void live(Host host, Owner owner, Life life) {
        ports.change(w -> w.engine(host.name(), e -> e.boxes().containsKey(owner) ? e.living(owner, life) : e));
    }

    // ---- the ports

    @Override
    public HostView look(Host host, Map<Owner, Probe> probes, Set<String> images) {
        try {
            HostView view = look(() -> ports.look(host, probes, images));
            unseen.remove(host.name());
            return view;
        } catch (PortException e) {
            unseen.add(host.name());
            return HostView.unknown(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public ProxyView look() {
        try {
            return look(ports::look);
        } catch (PortException e) {
            return ProxyView.unknown(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Desired read(ObjectKey service) throws PortException {
        return look(() -> ports.read(service));
    }

    @Override
    public String pull(Host host, String image, ImagePull how) throws PortException {
        List<String> pinned = new ArrayList<>();
        act(
                a -> a instanceof Action.Pull pull
                        && pull.host().equals(host)
                        && pull.image().equals(image),
                () -> pinned.add(ports.pull(host, image, how)));
        return pinned.get(0);
    }

    @Override
    public void start(Host host, Owner owner, Entry entry) throws PortException {
        act(a -> a instanceof Action.Start start && start.owner().equals(owner), () -> {
            ports.start(host, owner, entry);
            return true;
        });
    }

    @Override
    public void remove(Host host, String id, int graceSeconds) throws PortException {
        act(a -> a instanceof Action.Remove remove && remove.id().equals(id), () -> {
            ports.remove(host, id, graceSeconds);
            return true;
        });
    }

    @Override
    public void listen(Map<Integer, Protocol> asked) throws PortException {
        act(Action.Listen.class::isInstance, () -> {
            ports.listen(asked);
            return true;
        });
    }

    @Override
    public void warm(Map<RouteKey, Row> rows) throws PortException {
        act(Action.Warm.class::isInstance, () -> {
            ports.warm(rows);
            return true;
        });
    }

    @Override
    public void rest(Owner owner) throws PortException {
        act(a -> a instanceof Action.Start start && start.owner().equals(owner), () -> {
            ports.rest(owner);
            return true;
        });
    }

    @Override
    public void wake(Owner owner) throws PortException {
        Predicate<Action> woken =
                a -> (a instanceof Action.Start start && start.owner().equals(owner))
                        || (a instanceof Action.Wake wake && wake.owner().equals(owner));
        act(woken, () -> {
            ports.wake(owner);
            return true;
        });
    }

    @Override
    public void disconnect(Owner owner) throws PortException {
        act(a -> a instanceof Action.Disconnect disconnect && disconnect.owner().equals(owner), () -> {
            ports.disconnect(owner);
            return true;
        });
    }

    @Override
    public boolean commit(ProxyView seen, RouteTable table) throws PortException {
        return act(Action.Switch.class::isInstance, () -> ports.commit(seen, table));
    }

    @Override
    public boolean create(ServiceStack stack) throws PortException {
        return act(
                a -> a instanceof Action.CreateStack create && create.stack().equals(stack), () -> ports.create(stack));
    }

    @Override
    public boolean write(ServiceStack stack) throws PortException {
        return act(a -> a instanceof Action.Write write && write.after().equals(stack), () -> ports.write(stack));
    }

    @Override
    public boolean delete(ServiceStack stack) throws PortException {
        return act(
                a -> a instanceof Action.DeleteStack delete && delete.stack().equals(stack), () -> ports.delete(stack));
    }

    @Override
    public boolean release(ServiceStack stack) throws PortException {
        return act(
                a -> a instanceof Action.ReleaseStack release && release.stack().equals(stack),
                () -> ports.release(stack));
    }

    @Override
    public void releaseService(ObjectKey service) throws PortException {
        act(Action.ReleaseService.class::isInstance, () -> {
            ports.releaseService(service);
            return true;
        });
    }
}
