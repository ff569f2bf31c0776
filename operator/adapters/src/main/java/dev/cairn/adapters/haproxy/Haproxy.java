package dev.cairn.adapters.haproxy;

import dev.cairn.adapters.Together;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Proxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Debian's HAProxy 2.6 as the proxy. It runs on its own, in the background; this class finds it by the sockets in its
 * state directory, so any number of operators, one after the other or at once, can speak to the same one.
 *
 * <p>Each listening port is a frontend; each route has a pair of pools. One map for all ports says which pool takes the
 * requests of a route ({@link RowText}); it is replaced as a whole by {@code commit map}, which refuses a version older
 * than the one in force. Servers are added and deleted while HAProxy runs, and named after their container
 * ({@link ServerName}). Only a change of the set of ports, and more routes than there are pools, needs a new process,
 * which takes the table and the servers over; the one before ends with its last request.
 */
public final class Haproxy implements Proxy {
    private static final int LOOK_ATTEMPTS = 3;
    private static final long NO_TOKEN = 0;

    private final StateDir state;
    private final String bind;
    private final Daemon daemon;
    private final Tokens tokens = new Tokens();
    private final boolean watching;
    private volatile Map<Integer, String> refused = Map.of();

    private final Acts acts = new Acts();

    /** All services ask for the whole: when many change at once, they share what is seen. */
    private final Together<Haproxy, ProxyView> looks =
            new Together<>(asking -> Collections.nCopies(asking.size(), lookNow()));

    private final Together<Map<RouteKey, Row>, Answer> warmings = new Together<>(this::warmAll);
    private final Together<Wish, Answer> switches = new Together<>(this::switchAll);

    /** A switch that is asked for. */
    private record Wish(ProxyView seen, RouteTable table) {}

    /** What has become of something that was asked for. */
    private record Answer(boolean done, @Nullable PortException trouble) {
        boolean get() throws PortException {
            if (trouble != null) {
                throw trouble;
            }
            return done;
        }
    }

    /** Whoever waits for a change of this very instance gets its turn at once. */
    private final ReentrantLock changing = new ReentrantLock(true);

    /** Held while HAProxy may bind a port, so that no look tries that port at the same time. */
    private final ReentrantLock binding = new ReentrantLock();

    /**
     * Touches nothing yet.
     *
     * @param stateDir directory for its files and sockets, made when it is needed
     * @param bind IP address to listen on, or {@code *}
     */
    public Haproxy(Path stateDir, String bind) {
        this(stateDir, bind, false);
    }

    private Haproxy(Path stateDir, String bind, boolean watching) {
        this.watching = watching;
        this.state = StateDir.at(stateDir);
        this.bind = bind;
        this.daemon = new Daemon(state);
    }

    /** Listens on loopback only. */
    public Haproxy(Path stateDir) {
        this(stateDir, "127.0.0.1");
    }

    /** Only for looks: they leave no trace in HAProxy, not even a table in preparation, and give no usable token. */
    public static Haproxy watching(Path stateDir) {
        return new Haproxy(stateDir, "127.0.0.1", true);
    }

    /**
     * Ends the HAProxy of a state directory, gracefully for 3 s; nothing happens when none runs.
     *
     * @throws IOException when its files cannot be read or removed
     */
    public static void stop(Path stateDir) throws IOException {
        stop(StateDir.at(stateDir));
    }

    /** Ends this HAProxy, gracefully for 3 s; nothing happens when none runs. */
    public void stop() throws IOException {
        stop(state);
    }

    private static void stop(StateDir state) throws IOException {
        if (Files.isDirectory(state.dir())) {
            // Not inside somebody's start or reload, which would leave what it has just begun.
            try (StateLock lock = StateLock.take(state.dir(), new ReentrantLock())) {
                Daemon.stop(state);
            }
        }
    }

    Acts acts() {
        return acts;
    }

    /** The socket of the process that takes new requests. */
    Path worker() {
        return state.worker();
    }

    @Override
    public ProxyView look() {
        return looks.get(this);
    }

    private ProxyView lookNow() {
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
            Tokens.Issued issued =
                    watching ? new Tokens.Issued(NO_TOKEN, worker.versions().current(), true) : tokens.issue(worker);
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
                            refused,
                            snapshot.resting())
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
    public void listen(Map<Integer, Protocol> ports) throws PortException {
        Daemon.executable();
        try {
            state.create();
        } catch (IOException e) {
            throw new PortException.Invalid(
                    "ProxyState", "HAProxy cannot keep its files in " + state.dir() + ": " + sentence(e));
        }
        binding.lock();
        try (Acts.Act act = acts.begin();
                StateLock lock = StateLock.take(state.dir(), changing)) {
            if (daemon.runs()) {
                relisten(ports);
            } else {
                // What a start that was broken off has left would hold the ports for ever.
                Daemon.stop(state);
                state.create();
                // Starts with an empty table: what stood in the old one may meanwhile be somebody else's port.
                Map<Integer, Protocol> free = reachable(ports, Set.of());
                Snapshot nothing = new Snapshot(List.of(), List.of(), free);
                install(free, List.of(), HaproxyConfig.FIRST_PAIRS, nothing, "1\n");
                daemon.start();
                verify(free);
            }
        } catch (IOException e) {
            throw unreachable(e);
        } finally {
            binding.unlock();
        }
    }

    private void relisten(Map<Integer, Protocol> ports) throws IOException, PortException {
        try (Worker worker = Worker.open(state.worker())) {
            Snapshot snapshot = worker.snapshot();
            Map<Integer, Protocol> wanted =
                    reachable(ports, snapshot.listeners().keySet());
            if (!wanted.equals(snapshot.listeners())) {
                int pairs = worker.pairs().size();
                replace(
                        worker,
                        snapshot,
                        wanted,
                        2 * snapshot.given() < pairs ? pairs : HaproxyConfig.morePairs(pairs));
            }
        }
    }

    /** Starts a new process that takes over what the one before has. */
    private void replace(Worker worker, Snapshot snapshot, Map<Integer, Protocol> wanted, int pairs)
            throws IOException, PortException {
        Snapshot kept = snapshot.reduced(wanted);
        install(wanted, kept.lines(), Math.min(pairs, HaproxyConfig.MOST_PAIRS), kept, worker.serversState() + "\n");
        daemon.reload(worker.identity().pid());
        // Somebody's later reload by hand shall find no table rather than an old one.
        writeMap(kept.pairLines(key -> true));
        verify(wanted);
    }

    /** Of the ports asked for, those that HAProxy has or can have; remembers why it cannot have the others. */
    private Map<Integer, Protocol> reachable(Map<Integer, Protocol> ports, Set<Integer> held) {
        Map<Integer, Protocol> result = new TreeMap<>();
        Map<Integer, String> obstacles = new TreeMap<>();
        ports.forEach((port, protocol) -> {
            Optional<String> obstacle = held.contains(port) ? Optional.empty() : Ports.obstacle(bind, port);
            obstacle.ifPresentOrElse(why -> obstacles.put(port, why), () -> result.put(port, protocol));
        });
        refused = Map.copyOf(obstacles);
        return result;
    }

    private void install(
            Map<Integer, Protocol> ports, List<String> lines, int pairs, Snapshot snapshot, String serversState)
            throws IOException, PortException {
        writeMap(lines);
        state.write(StateDir.SERVERS, serversState);
        daemon.install(HaproxyConfig.render(
                state.worker().toString(), Daemon.workerUser(), bind, ports, pairs, snapshot.servers()));
    }

    private void writeMap(List<String> lines) throws IOException {
        state.write(Worker.MAP, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    }

    private void verify(Map<Integer, Protocol> ports) throws IOException {
        try (Worker worker = Worker.open(state.worker())) {
            Map<Integer, Protocol> found = worker.snapshot().listeners();
            if (!found.equals(ports)) {
                throw new IOException("HAProxy listens on " + found + " instead of " + ports);
            }
            acts.left(worker.table());
        }
    }

    @Override
    public void warm(Map<RouteKey, Row> rows) throws PortException {
        check(rows, Set.of());
        warmings.get(rows).get();
    }

    /** All at once; where that is in vain, each for itself. */
    private List<Answer> warmAll(List<Map<RouteKey, Row>> wishes) {
        Map<RouteKey, Row> all = new TreeMap<>();
        wishes.forEach(all::putAll);
        try {
            if (!tryWarm(all)) {
                grow();
                if (!tryWarm(all)) {
                    throw new PortException.Transient("NoPool", "HAProxy has no pool left for a new route");
                }
            }
            return Collections.nCopies(wishes.size(), new Answer(true, null));
        } catch (PortException e) {
            return wishes.size() == 1
                    ? List.of(new Answer(false, e))
                    : wishes.stream()
                            .flatMap(wish -> warmAll(List.of(wish)).stream())
                            .toList();
        }
    }

    private boolean tryWarm(Map<RouteKey, Row> rows) throws PortException {
        try (Acts.Act act = acts.begin();
                StateLock lock = lock();
                Worker worker = Worker.open(state.worker())) {
            boolean warmed = new Warming(worker, worker.snapshot()).warm(rows);
            acts.left(worker.table());
            return warmed;
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** Makes room for twice as many routes, which takes one new process: nothing that runs notices. */
    private void grow() throws PortException {
        binding.lock();
        try (Acts.Act act = acts.begin();
                StateLock lock = StateLock.take(state.dir(), changing);
                Worker worker = Worker.open(state.worker())) {
            Snapshot snapshot = worker.snapshot();
            int pairs = HaproxyConfig.morePairs(worker.pairs().size());
            if (pairs > HaproxyConfig.MOST_PAIRS) {
                throw new PortException.Invalid(
                        "TooManyRoutes",
                        "HAProxy carries " + snapshot.given()
                                + " routes (one per host name of an Endpoint) and has room"
                                + " for no more: remove Endpoints or host names that nobody needs");
            }
            replace(worker, snapshot, snapshot.listeners(), pairs);
        } catch (IOException e) {
            throw unreachable(e);
        } finally {
            binding.unlock();
        }
    }

    @Override
    public boolean commit(ProxyView seen, RouteTable table) throws PortException {
        check(table.rows(), table.stamps().keySet());
        if (seen.token() == NO_TOKEN) {
            return false;
        }
        return switches.get(new Wish(seen, table)).get();
    }

    /** All in one step; where they do not go together, one after the other. */
    private List<Answer> switchAll(List<Wish> wishes) {
        List<Answer> answers = new ArrayList<>();
        try (Acts.Act act = acts.begin();
                StateLock lock = lock();
                Worker worker = Worker.open(state.worker())) {
            boolean done = switchTo(worker, wishes);
            if (done || wishes.size() == 1) {
                answers.addAll(Collections.nCopies(wishes.size(), new Answer(done, null)));
            } else {
                for (Wish wish : wishes) {
                    answers.add(new Answer(switchTo(worker, List.of(wish)), null));
                }
            }
            acts.left(worker.table());
        } catch (IOException e) {
            while (answers.size() < wishes.size()) {
                answers.add(new Answer(false, unreachable(e)));
            }
        }
        return answers;
    }

    /** All or none. */
    private boolean switchTo(Worker worker, List<Wish> wishes) throws IOException {
        long current = worker.versions().current();
        long version = 0;
        for (Wish wish : wishes) {
            OptionalLong prepared = tokens.version(wish.seen.token(), worker, current);
            if (prepared.isEmpty()) {
                return false;
            }
            version = Math.max(version, prepared.getAsLong());
        }
        Snapshot snapshot = worker.snapshot();
        Optional<RouteTable> next = Optional.of(snapshot.table());
        for (Wish wish : wishes) {
            next = next.flatMap(table -> table.with(wish.seen.live(), wish.table));
        }
        Optional<List<String>> lines = next.flatMap(snapshot::switchTo);
        boolean done = lines.isPresent()
                && worker.commit(version, lines.get())
                && new HashSet<>(worker.lines()).equals(new HashSet<>(lines.get()));
        if (done) {
            tokens.committed(current, version);
            new Resting(worker, snapshot).leave(next.orElseThrow());
        }
        return done;
    }

    @Override
    public void rest(Owner owner) throws PortException {
        try (StateLock lock = lock();
                Worker worker = Worker.open(state.worker())) {
            new Resting(worker, worker.snapshot()).rest(owner);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    @Override
    public void wake(Owner owner) throws PortException {
        try (StateLock lock = lock();
                Worker worker = Worker.open(state.worker())) {
            new Resting(worker, worker.snapshot()).wake(owner);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** Switches take the same lock, so whoever is in no row now stays out of them meanwhile. */
    @Override
    public void disconnect(Owner owner) throws PortException {
        try (StateLock lock = lock();
                Worker worker = Worker.open(state.worker())) {
            Snapshot snapshot = worker.snapshot();
            if (snapshot.table().names(owner)) {
                return;
            }
            for (Server server : snapshot.servers()) {
                if (server.backend().owner().equals(owner)) {
                    worker.disconnect(server);
                }
            }
            for (long pid : daemon.master().workers().old()) {
                daemon.master().disconnect(pid, owner);
            }
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private StateLock lock() throws IOException {
        state.create();
        return StateLock.take(state.dir(), changing);
    }

    /** Names and addresses become parts of commands: anything unusual in them is refused before the first command. */
    private static void check(Map<RouteKey, Row> rows, Set<ObjectKey> stacks) throws PortException {
        try {
            stacks.forEach(ServerName::checkKey);
            rows.keySet().forEach(RowText::key);
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

    /** What somebody else has printed may be part of it: bounded, and fit for one line. */
    private static String sentence(Exception e) {
        return Brief.of(String.valueOf(e.getMessage()).replaceAll("[^ -~]+", " "));
    }
}
