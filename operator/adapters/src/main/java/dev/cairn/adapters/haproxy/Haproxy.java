package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Proxy;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Debian's HAProxy 2.6 as the proxy. It runs on its own, in the background; this class finds it by the sockets in its
 * state directory, so any number of operators, one after the other or at once, can speak to the same one.
 *
 * <p>Each listening port is a frontend with two pools. One map for all ports says which pool takes the requests; it is
 * replaced as a whole by {@code commit map}, which refuses a version older than the one in force. Servers are added and
 * deleted while HAProxy runs, and named after their container ({@link ServerName}). Only a change of the set of ports
 * needs a new process, which takes the table and the servers over; the one before ends with its last request.
 */
public final class Haproxy implements Proxy {
    private static final int LOOK_ATTEMPTS = 3;
    private static final int RESOLVE_SECONDS = 2;

    private final StateDir state;
    private final String bind;
    private final Daemon daemon;
    private final Tokens tokens = new Tokens();
    private volatile Map<Integer, String> refused = Map.of();

    /** Held while HAProxy may bind a port, so that no look tries that port at the same time. */
    private final ReentrantLock binding = new ReentrantLock();

    /**
     * Touches nothing yet.
     *
     * @param stateDir directory for its files and sockets, made when it is needed
     * @param bind IP address to listen on, or {@code *}
     */
    public Haproxy(Path stateDir, String bind) {
        this.state = StateDir.at(stateDir);
        this.bind = bind;
        this.daemon = new Daemon(state);
    }

    /** Listens on loopback only. */
    public Haproxy(Path stateDir) {
        this(stateDir, "127.0.0.1");
    }

    /**
     * Ends the HAProxy of a state directory, gracefully for 3 s; nothing happens when none runs.
     *
     * @throws IOException when its files cannot be read or removed
     */
    public static void stop(Path stateDir) throws IOException {
        Daemon.stop(StateDir.at(stateDir));
    }

    /** Ends this HAProxy, gracefully for 3 s; nothing happens when none runs. */
    public void stop() throws IOException {
        Daemon.stop(state);
    }

    @Override
    public ProxyView look() {
        try {
            Daemon.executable();
            forgetFreed();
            if (!daemon.runs()) {
                return ProxyView.unknown("HAProxy is not running: it is started with the first endpoint");
            }
            for (int attempt = 0; attempt < LOOK_ATTEMPTS; attempt++) {
                ProxyView view = tryLook();
                if (view != null) {
                    return view;
                }
            }
            return ProxyView.unknown("HAProxy was changed by somebody else while it was looked at");
        } catch (PortException | IOException e) {
            return ProxyView.unknown(sentence(e));
        }
    }

    /** Ports that have become free are refused no longer, so that they are asked for again. */
    private void forgetFreed() {
        if (refused.isEmpty() || !binding.tryLock()) {
            return;
        }
        try {
            Map<Integer, String> still = new TreeMap<>(refused);
            still.keySet().removeIf(port -> Ports.obstacle(bind, port).isEmpty());
            refused = Map.copyOf(still);
        } finally {
            binding.unlock();
        }
    }

    /** Null when something changed in between, so that the parts do not fit together. */
    private @Nullable ProxyView tryLook() throws IOException {
        Master.Workers before = daemon.master().workers();
        try (Worker worker = Worker.open(state.worker())) {
            Tokens.Issued issued = tokens.issue(worker);
            Snapshot snapshot = worker.snapshot();
            // Sessions are read after the rows: what was routed by an older row is counted by now.
            Map<Owner, Integer> sessions = sessions(snapshot, before.old());
            boolean same = worker.versions().current() == issued.current()
                    && worker.identity().pid() == before.current()
                    && daemon.master().workers().current() == before.current();
            return same
                    ? new ProxyView(
                            null,
                            issued.token(),
                            issued.settled(),
                            snapshot.table(),
                            snapshot.spares(),
                            sessions,
                            snapshot.listeners(),
                            refused)
                    : null;
        }
    }

    private Map<Owner, Integer> sessions(Snapshot snapshot, List<Long> oldWorkers) throws IOException {
        Map<Owner, Integer> sessions = new HashMap<>();
        snapshot.servers().stream()
                .filter(server -> server.sessions() > 0)
                .forEach(server -> sessions.merge(server.backend().owner(), server.sessions(), Integer::sum));
        for (long pid : oldWorkers) {
            daemon.master().sessions(pid).forEach((owner, count) -> sessions.merge(owner, count, Integer::sum));
        }
        return sessions;
    }

    @Override
    public void listen(Set<Integer> ports) throws PortException {
        Daemon.executable();
        try {
            state.create();
        } catch (IOException e) {
            throw new PortException.Invalid(
                    "ProxyState", "HAProxy cannot keep its files in " + state.dir() + ": " + sentence(e));
        }
        binding.lock();
        try (StateLock lock = StateLock.take(state.dir())) {
            if (daemon.runs()) {
                relisten(ports);
            } else {
                // Starts with an empty table: what stood in the old one may meanwhile be somebody else's port.
                Set<Integer> free = reachable(ports, Set.of());
                install(free, List.of(), List.of(), "1\n");
                daemon.start();
                verify(free);
            }
        } catch (IOException e) {
            throw unreachable(e);
        } finally {
            binding.unlock();
        }
    }

    private void relisten(Set<Integer> ports) throws IOException, PortException {
        try (Worker worker = Worker.open(state.worker())) {
            Snapshot snapshot = worker.snapshot();
            Set<Integer> wanted = reachable(ports, snapshot.listeners());
            if (wanted.equals(snapshot.listeners())) {
                return;
            }
            install(wanted, snapshot.lines(), snapshot.servers(), worker.serversState() + "\n");
            daemon.reload(worker.identity().pid());
            // Somebody's later reload by hand shall find no table rather than an old one.
            state.write(Worker.MAP, "");
            verify(wanted);
        }
    }

    /** Of the ports asked for, those that HAProxy has or can have; remembers why it cannot have the others. */
    private Set<Integer> reachable(Set<Integer> ports, Set<Integer> held) {
        Set<Integer> result = new TreeSet<>();
        Map<Integer, String> obstacles = new TreeMap<>();
        for (int port : ports) {
            Optional<String> obstacle = held.contains(port) ? Optional.empty() : Ports.obstacle(bind, port);
            obstacle.ifPresentOrElse(why -> obstacles.put(port, why), () -> result.add(port));
        }
        refused = Map.copyOf(obstacles);
        return result;
    }

    private void install(Set<Integer> ports, List<String> lines, List<Server> servers, String serversState)
            throws IOException, PortException {
        state.write(Worker.MAP, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
        state.write(StateDir.SERVERS, serversState);
        daemon.install(HaproxyConfig.render(state.worker().toString(), Daemon.workerUser(), bind, ports, servers));
    }

    private void verify(Set<Integer> ports) throws IOException {
        try (Worker worker = Worker.open(state.worker())) {
            Set<Integer> found = worker.snapshot().listeners();
            if (!found.equals(ports)) {
                throw new IOException("HAProxy listens on " + found + " instead of " + ports);
            }
        }
    }

    @Override
    public void warm(Map<RouteKey, Row> rows) throws PortException {
        check(rows, Set.of());
        try (StateLock lock = lock();
                Worker worker = Worker.open(state.worker())) {
            Snapshot snapshot = worker.snapshot();
            for (Map.Entry<RouteKey, Row> entry : new TreeMap<>(rows).entrySet()) {
                RouteKey key = entry.getKey();
                Set<Backend> wanted = entry.getValue().backends();
                if (snapshot.listeners().contains(key.port())) {
                    for (Pool pool : snapshot.idle(key)) {
                        fill(worker, pool, snapshot.in(pool), pool.equals(snapshot.spare(key)) ? wanted : Set.of());
                    }
                } else if (!wanted.isEmpty()) {
                    throw new PortException.Transient(
                            "NoListener", "HAProxy does not listen on port " + key.port() + " yet");
                }
            }
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** Makes a pool that no row names hold exactly these; what still has sessions stays, disabled. */
    private static void fill(Worker worker, Pool pool, List<Server> present, Set<Backend> wanted)
            throws IOException, PortException {
        Set<Backend> missing = new HashSet<>(wanted);
        for (Server server : present) {
            if (server.enabled() && wanted.contains(server.backend())) {
                missing.remove(server.backend());
                continue;
            }
            worker.disable(server);
            if (!worker.delete(server) && missing.remove(server.backend())) {
                worker.enable(server);
            }
        }
        for (Backend backend : new TreeSet<>(missing)) {
            worker.add(pool, backend, resolve(backend));
        }
    }

    /** Servers that are added to a running HAProxy must have an IP address; it resolves no names for them. */
    private static String resolve(Backend backend) throws PortException {
        String name = backend.address();
        if (name.contains(":") || name.matches("[0-9.]+")) {
            return name;
        }
        try {
            return CompletableFuture.supplyAsync(() -> lookUp(name))
                    .get(RESOLVE_SECONDS, TimeUnit.SECONDS)
                    .orElseThrow(() -> unresolved(backend));
        } catch (TimeoutException | ExecutionException e) {
            throw unresolved(backend);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unresolved(backend);
        }
    }

    private static Optional<String> lookUp(String name) {
        try {
            return Optional.of(InetAddress.getByName(name).getHostAddress());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static PortException unresolved(Backend backend) {
        return new PortException.Transient(
                "AddressUnknown",
                "the address " + backend.address() + " of container " + backend.owner()
                        + " cannot be resolved: give the Host an address that this machine knows");
    }

    @Override
    public boolean commit(long token, RouteTable table) throws PortException {
        check(table.rows(), table.stamps().keySet());
        if (token == 0) {
            return false;
        }
        try (StateLock lock = lock();
                Worker worker = Worker.open(state.worker())) {
            Worker.Versions seen = tokens.behind(token, worker);
            if (seen == null || worker.versions().current() != seen.current()) {
                return false;
            }
            Optional<List<String>> lines = worker.snapshot().switchTo(table);
            return lines.isPresent()
                    && worker.commit(seen.next(), lines.get())
                    && new HashSet<>(worker.lines()).equals(new HashSet<>(lines.get()));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private StateLock lock() throws IOException {
        state.create();
        return StateLock.take(state.dir());
    }

    /** Names and addresses become parts of commands: anything unusual in them is refused before the first command. */
    private static void check(Map<RouteKey, Row> rows, Set<ObjectKey> stacks) throws PortException {
        try {
            stacks.forEach(ServerName::checkKey);
            for (Row row : rows.values()) {
                ServerName.checkKey(row.endpoint());
                ServerName.checkKey(row.service());
                row.backends().forEach(ServerName::of);
            }
        } catch (IllegalArgumentException e) {
            throw new PortException.Invalid("RouteInvalid", sentence(e));
        }
    }

    private static PortException unreachable(IOException e) {
        return new PortException.Transient("ProxyUnreachable", sentence(e));
    }

    private static String sentence(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
