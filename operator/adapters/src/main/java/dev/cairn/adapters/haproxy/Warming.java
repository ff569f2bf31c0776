package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Row;
import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
import org.jspecify.annotations.Nullable;

/** Fills the pools that no row names, while nobody else changes them. For one use. */
final class Warming {
    private static final int RESOLVE_SECONDS = 2;

    private final Worker worker;
    private final Snapshot snapshot;
    private final Knock knock = new Knock();
    private @Nullable Deque<String> free;

    Warming(Worker worker, Snapshot snapshot) {
        this.worker = worker;
        this.snapshot = snapshot;
    }

    /**
     * Makes the idle pools of each key hold exactly the row's back ends.
     *
     * @return false when there is no pair of pools left for a new key; some keys may have been done
     */
    boolean warm(Map<RouteKey, Row> rows) throws IOException, PortException {
        for (Map.Entry<RouteKey, Row> entry : new TreeMap<>(rows).entrySet()) {
            RouteKey key = entry.getKey();
            Set<Backend> wanted = entry.getValue().backends();
            if (snapshot.listeners().get(key.port()) == key.protocol()) {
                if (!warm(key, wanted)) {
                    return false;
                }
            } else if (!wanted.isEmpty()) {
                String what = key.protocol() == Protocol.TCP ? " for TCP connections" : "";
                throw new PortException.Transient(
                        "NoListener", "HAProxy does not listen on port " + key.port() + what + " yet");
            }
        }
        return true;
    }

    private boolean warm(RouteKey key, Set<Backend> wanted) throws IOException, PortException {
        Optional<Pool> spare = snapshot.spare(key);
        for (Pool pool : snapshot.idle(key)) {
            fill(pool, snapshot.in(pool), spare.filter(pool::equals).isPresent() ? wanted : Set.of());
        }
        if (spare.isPresent() || wanted.isEmpty()) {
            return true;
        }
        Optional<String> pair = take();
        if (pair.isPresent()) {
            worker.give(pair.get(), key, snapshot.isGiven(pair.get()));
            fill(new Pool(pair.get(), 'a'), List.of(), wanted);
        }
        return pair.isPresent();
    }

    /** A pair that no key needs any more, emptied. */
    private Optional<String> take() throws IOException {
        if (free == null) {
            free = new ArrayDeque<>(snapshot.free(worker.pairs()));
        }
        while (!free.isEmpty()) {
            String pair = free.remove();
            if (emptied(pair)) {
                return Optional.of(pair);
            }
        }
        return Optional.empty();
    }

    private boolean emptied(String pair) throws IOException {
        List<Server> servers = Pool.both(pair).stream()
                .flatMap(pool -> snapshot.in(pool).stream())
                .toList();
        return worker.delete(servers).isEmpty();
    }

    /** Makes a pool that no row names hold exactly these; what still has sessions stays, disabled. */
    private void fill(Pool pool, List<Server> present, Set<Backend> wanted) throws IOException, PortException {
        Set<Backend> missing = new HashSet<>(wanted);
        List<Server> others = new ArrayList<>();
        for (Server server : present) {
            if (!server.enabled() || !missing.remove(server.backend())) {
                others.add(server);
            }
        }
        for (Server busy : worker.delete(others)) {
            if (missing.remove(busy.backend())) {
                worker.enable(busy);
            }
        }
        List<Worker.Addition> additions = new ArrayList<>();
        for (Backend backend : new TreeSet<>(missing)) {
            String ip = resolve(backend);
            additions.add(new Worker.Addition(pool, backend, ip, knock.answers(ip, backend.port())));
        }
        worker.add(additions);
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
}
