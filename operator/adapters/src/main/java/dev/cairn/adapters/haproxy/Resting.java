package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Owner;
import dev.cairn.core.model.RouteTable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stops and resumes what HAProxy asks of one container, in all pools, while nobody else changes them. For one use. */
final class Resting {
    private final Worker worker;
    private final Snapshot snapshot;
    private final Knock knock = new Knock();
    private final Map<String, Boolean> known = new HashMap<>();

    Resting(Worker worker, Snapshot snapshot) {
        this.worker = worker;
        this.snapshot = snapshot;
    }

    /** Nobody connects to one that rests already: somebody may be about to start it. */
    void rest(Owner owner) throws IOException {
        for (Server server : of(owner)) {
            if (!server.resting() && !answers(server)) {
                worker.rest(server);
            }
        }
    }

    void wake(Owner owner) throws IOException {
        for (Server server : of(owner)) {
            if (server.resting()) {
                worker.wake(server, answers(server));
            }
        }
    }

    /** What is down in the pools that a switch to this table leaves, and has nobody to finish with. */
    void leave(RouteTable table) throws IOException {
        for (Server server : snapshot.left(table)) {
            if (server.enabled() && !server.up() && !server.resting() && server.sessions() == 0) {
                worker.rest(server);
            }
        }
    }

    private List<Server> of(Owner owner) {
        return snapshot.servers().stream()
                .filter(server -> server.enabled() && server.backend().owner().equals(owner))
                .toList();
    }

    private boolean answers(Server server) {
        String ip = server.ip();
        int port = server.backend().port();
        return known.computeIfAbsent(HaproxyConfig.target(ip, port), target -> knock.answers(ip, port));
    }
}
