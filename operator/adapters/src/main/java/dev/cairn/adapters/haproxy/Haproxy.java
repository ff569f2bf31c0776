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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Daemon daemon;
    private final Tokens tokens = new Tokens();
    private final Acts acts = new Acts();
    private final boolean watching;
    private final Changing changing;
    private final Processes processes;
    private final Switching switching;

    /** All services ask for the whole: when many change at once, they share what is seen. */
    private final Together<Haproxy, ProxyView> looks =
            new Together<>(asking -> Collections.nCopies(asking.size(), lookNow()));

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
        state = StateDir.at(stateDir);
        daemon = new Daemon(state);
        changing = new Changing(state);
        processes = new Processes(state, bind, daemon, changing, acts);
        switching = new Switching(changing, processes, tokens, acts);
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
            processes.forgetFreed();
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
            return ProxyView.unknown(Brief.of(e));
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
                            processes.refused(),
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
    public void warm(Map<RouteKey, Row> rows) throws PortException {
        check(rows, Set.of());
        switching.warm(rows);
    }

    @Override
    public boolean commit(ProxyView seen, RouteTable table) throws PortException {
        check(table.rows(), table.stamps().keySet());
        return seen.token() != NO_TOKEN && switching.commit(seen, table);
    }

    @Override
    public void listen(Map<Integer, Protocol> ports) throws PortException {
        processes.listen(ports);
    }

    @Override
    public void rest(Owner owner) throws PortException {
        changing.inTurn(worker -> new Resting(worker, worker.snapshot()).rest(owner));
    }

    @Override
    public void wake(Owner owner) throws PortException {
        changing.inTurn(worker -> new Resting(worker, worker.snapshot()).wake(owner));
    }

    /** Switches take turns with it, so whoever is in no row now stays out of them meanwhile. */
    @Override
    public void disconnect(Owner owner) throws PortException {
        changing.inTurn(worker -> {
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
        });
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
            throw new PortException.Invalid("RouteInvalid", Brief.of(e));
        }
    }
}
