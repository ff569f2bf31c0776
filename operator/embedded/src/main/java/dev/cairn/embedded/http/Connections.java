package dev.cairn.embedded.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds who may be connected: how many, and how long without a request. Whoever takes too long to send a head is as idle
 * as who sends nothing; a watch is a request until it ends.
 */
final class Connections {
    private final Vertx vertx;
    private final int most;
    private final long idleMillis;

    /** Those that are open; each is changed on its own thread only. */
    private final Map<HttpConnection, Use> open = new ConcurrentHashMap<>();

    private static final class Use {
        private int requests;
        private long timer = -1;
    }

    /**
     * @param most connections at a time; further ones are closed
     * @param idleMillis without a request after which one is closed
     */
    Connections(Vertx vertx, int most, long idleMillis) {
        this.vertx = vertx;
        this.most = most;
        this.idleMillis = idleMillis;
    }

    void opened(HttpConnection connection) {
        Use use = new Use();
        open.put(connection, use);
        connection.closeHandler(ignored -> {
            open.remove(connection);
            vertx.cancelTimer(use.timer);
        });
        if (open.size() > most) {
            connection.close();
        } else {
            rest(connection, use);
        }
    }

    /** A request has begun; it ends with its answer or its connection. */
    void asked(HttpServerRequest wire) {
        HttpConnection connection = wire.connection();
        Use use = open.get(connection);
        if (use == null) {
            return;
        }
        use.requests++;
        vertx.cancelTimer(use.timer);
        if (Watches.isSocket(wire)) {
            return; // its answer ends long before it does
        }
        wire.response().endHandler(ignored -> {
            if (--use.requests == 0) {
                rest(connection, use);
            }
        });
    }

    private void rest(HttpConnection connection, Use use) {
        use.timer = vertx.setTimer(idleMillis, ignored -> connection.close());
    }
}
