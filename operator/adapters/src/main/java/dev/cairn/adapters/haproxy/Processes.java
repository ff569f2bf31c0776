package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Protocol;
import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** What takes a new process of HAProxy: to listen on other ports, and to have room for more routes. */
final class Processes {
    private final StateDir state;
    private final String bind;
    private final Daemon daemon;
    private final Changing changing;
    private final Acts acts;

    /** Held while HAProxy may bind a port, so that no look tries that port at the same time. */
    private final ReentrantLock binding = new ReentrantLock();

    private volatile Map<Integer, String> refused = Map.of();

    Processes(StateDir state, String bind, Daemon daemon, Changing changing, Acts acts) {
        this.state = state;
        this.bind = bind;
        this.daemon = daemon;
        this.changing = changing;
        this.acts = acts;
    }

    /** The ports asked for that HAProxy cannot have, and why. */
    Map<Integer, String> refused() {
        return refused;
    }

    /** Ports that have become free are refused no longer, so that they are asked for again. */
    void forgetFreed() {
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

    /** Listens on these ports and no others; one that somebody else has is {@link #refused}. */
    void listen(Map<Integer, Protocol> ports) throws PortException {
        Daemon.executable();
        try {
            state.create();
        } catch (IOException e) {
            throw new PortException.Invalid(
                    "ProxyState", "HAProxy cannot keep its files in " + state.dir() + ": " + Brief.of(e));
        }
        binding.lock();
        try (Acts.Act act = acts.begin();
                StateLock lock = changing.turn()) {
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
            throw Changing.unreachable(e);
        } finally {
            binding.unlock();
        }
    }

    private void relisten(Map<Integer, Protocol> ports) throws IOException, PortException {
        try (Worker worker = changing.worker()) {
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
        try (Worker worker = changing.worker()) {
            Map<Integer, Protocol> found = worker.snapshot().listeners();
            if (!found.equals(ports)) {
                throw new IOException("HAProxy listens on " + found + " instead of " + ports);
            }
            acts.left(worker.table());
        }
    }

    /** Makes room for twice as many routes, which takes one new process: nothing that runs notices. */
    void grow() throws PortException {
        binding.lock();
        try (Acts.Act act = acts.begin();
                StateLock lock = changing.turn();
                Worker worker = changing.worker()) {
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
            throw Changing.unreachable(e);
        } finally {
            binding.unlock();
        }
    }
}
