package dev.cairn.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import dev.cairn.adapters.Together;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.port.PortException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one engine: its clients, the bound on parallel calls, and what is remembered of it. Owned by
 * {@link DockerEngine}, which closes it when the host goes.
 */
final class DockerHost implements AutoCloseable {
    private final Host host;
    private final Optional<Tls> tls;
    private final DockerConfig config;
    private final Clients clients;
    private final Calls quickCalls;
    private final Calls slowCalls;
    private final Calls watchCalls;
    private final InspectCache inspected = new InspectCache();
    private final PinCache pins = new PinCache();
    private final RefusedPorts refusedPorts = new RefusedPorts(System::nanoTime);
    private final Ages ages = new Ages();
    private final Endings endings;
    private final Together<Look.Glance, HostView> glances;
    private final HostWatch watch;
    private final CountDownLatch closed = new CountDownLatch(1);

    private volatile DockerClient quick;
    private volatile DockerClient slow;
    private volatile DockerClient patient;
    private volatile List<DockerClient> outgoing = List.of();
    private volatile @Nullable Duration frozen;
    private volatile @Nullable Identity identity;
    private volatile boolean init = true;
    private volatile Map<String, String> displaced = Map.of();

    /** The engine's own id and version. */
    record Identity(String id, String version) {}

    DockerHost(
            Host host,
            Optional<Tls> tls,
            String installation,
            DockerConfig config,
            DockerListener listener,
            Look look) {
        this.host = host;
        this.tls = tls;
        this.config = config;
        clients = new Clients(host.url(), tls.orElse(null));
        quickCalls = new Calls("docker-" + host.name(), config.parallel());
        slowCalls = new Calls("docker-slow-" + host.name(), config.parallel());
        watchCalls = new Calls("docker-ping-" + host.name(), 1);
        quick = openQuick();
        slow = openSlow();
        patient = openPatient();
        endings = new Endings(host, config.callTimeout(), () -> patient, inspected::touched);
        glances = new Together<>(asked -> look.glance(this, asked));
        watch = new HostWatch(this, installation, config.pingInterval(), listener);
    }

    /** Begins to follow the engine's events. */
    void follow() {
        watch.start();
    }

    Host host() {
        return host;
    }

    /** Whether this connection is the one to a host that is declared so. */
    boolean isTo(Host declared, Optional<Tls> material) {
        return host.url().equals(declared.url())
                && tls.map(Tls::version).equals(material.map(Tls::version))
                && Objects.equals(host.tlsSecret(), declared.tlsSecret());
    }

    Clients clients() {
        return clients;
    }

    PinCache pins() {
        return pins;
    }

    RefusedPorts refusedPorts() {
        return refusedPorts;
    }

    InspectCache inspected() {
        return inspected;
    }

    Ages ages() {
        return ages;
    }

    Endings endings() {
        return endings;
    }

    /** All services ask for the whole host: when many change at once, they share what is seen. */
    Together<Look.Glance, HostView> glances() {
        return glances;
    }

    /** Remembers who has the labels of containers that are not there. */
    void displaced(Map<String, String> idsByName) {
        displaced = Map.copyOf(idsByName);
    }

    /** The id of a container that has the labels, but not the name, of this one. */
    Optional<String> displaced(String name) {
        return Optional.ofNullable(displaced.get(name));
    }

    /** Whether events arrive, so that what is cached and not invalidated is true. */
    boolean followed() {
        return watch.connected();
    }

    /** Whether containers are started with the engine's own init process. */
    boolean init() {
        return init;
    }

    /** The engine has no init process that it could give to containers. */
    void withoutInit() {
        init = false;
    }

    /** Who the engine is; asked again after every break of the event stream, since another one may answer then. */
    Identity identity(Deadline deadline) throws PortException {
        Identity known = identity;
        if (known != null && followed()) {
            return known;
        }
        Identity asked = Handshake.ask(this, deadline);
        identity = asked;
        return asked;
    }

    /** A call that should be quick. Refusals by the engine come out as docker-java's exceptions. */
    <T> T quick(Deadline deadline, Function<DockerClient, T> call) throws PortException {
        return result(start(quickCalls, () -> quick, call), deadline);
    }

    /** A call that should be quick, under the usual limit. */
    <T> T quick(Function<DockerClient, T> call) throws PortException {
        return quick(Deadline.in(config.callTimeout()), call);
    }

    /** The same kind of call for many arguments, side by side, in their order. */
    <A, T> List<T> quickly(Deadline deadline, List<A> arguments, Function<A, Function<DockerClient, T>> call)
            throws PortException {
        List<Future<T>> started = new ArrayList<>();
        for (A argument : arguments) {
            started.add(start(quickCalls, () -> quick, call.apply(argument)));
        }
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> one : started) {
                results.add(result(one, deadline));
            }
        } finally {
            started.forEach(one -> one.cancel(true));
        }
        return results;
    }

    /** A call that may wait long for something else than the engine's own work. */
    <T> T slow(Duration limit, Function<DockerClient, T> call) throws PortException {
        return result(start(slowCalls, () -> slow, call), Deadline.in(limit));
    }

    /** For the watch: whether the engine answers, also when other calls have been given up. */
    void ping() throws PortException {
        result(
                startAnyway(watchCalls, () -> quick, client -> client.pingCmd().exec()),
                Deadline.in(config.lookTimeout()));
        frozen = null;
    }

    /**
     * Makes sure that the engine takes new connections. One that was told to end does not, and goes on answering on the
     * connections that it has while it stops its containers.
     */
    void knock(Deadline deadline) throws PortException {
        DockerClient anew = clients.open(1, config.callTimeout());
        try {
            result(start(quickCalls, () -> anew, client -> client.pingCmd().exec()), deadline);
        } finally {
            Clients.close(anew);
        }
    }

    /** Waits a little before asking the engine again; false when the host has been closed meanwhile. */
    boolean pause(Duration length) throws PortException {
        try {
            return !closed.await(length.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Trouble.unanswered(host, e, length);
        }
    }

    /** Events may have been missed: nothing that was remembered counts any more. */
    void forget() {
        identity = null;
        inspected.forgetAll();
        pins.forgetAll();
    }

    /**
     * New connections for the next calls, since those that are kept open may lead to an engine that has gone. The old
     * ones are closed a generation later, so that calls under way can end.
     */
    void reconnect() {
        forget();
        outgoing.forEach(Clients::close);
        outgoing = List.of(quick, slow, patient);
        quick = openQuick();
        slow = openSlow();
        patient = openPatient();
    }

    @Override
    public void close() {
        closed.countDown();
        watch.close();
        quickCalls.close();
        slowCalls.close();
        endings.close();
        watchCalls.close();
        outgoing.forEach(Clients::close);
        Clients.close(quick);
        Clients.close(slow);
        Clients.close(patient);
    }

    private DockerClient openQuick() {
        return clients.open(config.parallel(), config.callTimeout());
    }

    private DockerClient openSlow() {
        return clients.open(config.parallel(), config.pullTimeout());
    }

    private DockerClient openPatient() {
        return clients.open(Endings.MOST, Endings.LONGEST_GRACE.plus(config.callTimeout()));
    }

    private <T> Future<T> start(Calls calls, Supplier<DockerClient> client, Function<DockerClient, T> call)
            throws PortException {
        Duration silence = frozen;
        if (silence != null) {
            throw Trouble.timeout(host, silence); // the watch is asking already: one waiting call is enough
        }
        return startAnyway(calls, client, call);
    }

    private <T> Future<T> startAnyway(Calls calls, Supplier<DockerClient> client, Function<DockerClient, T> call)
            throws PortException {
        try {
            return calls.start(() -> call.apply(client.get()));
        } catch (RejectedExecutionException e) {
            throw Trouble.busy(host);
        }
    }

    private <T> T result(Future<T> call, Deadline deadline) throws PortException {
        try {
            return Calls.await(call, deadline);
        } catch (TimeoutException e) {
            frozen = deadline.limit();
            watch.doubt();
            throw Trouble.timeout(host, deadline.limit());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Trouble.unanswered(host, e, deadline.limit());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DockerException refused) {
                throw refused;
            }
            throw Trouble.unanswered(host, e, deadline.limit());
        }
    }
}
