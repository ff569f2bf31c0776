package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.watch.Interest;
import dev.cairn.embedded.watch.WatchHub;
import dev.cairn.embedded.watch.Watcher;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** Begins watches over HTTP (one JSON document per line) and WebSocket (one per message). */
final class Watches {
    private static final long BOOKMARK_MILLIS = 30_000;
    private static final int MAX_SECONDS = 3_600;

    private final Vertx vertx;
    private final Resources resources;
    private final WatchHub hub;

    Watches(Vertx vertx, Resources resources, WatchHub hub) {
        this.vertx = vertx;
        this.resources = resources;
        this.hub = hub;
    }

    /** On the request's event loop. Throws {@link ApiError} before anything is answered. */
    void begin(HttpServerRequest wire, Request request, Route route) {
        Kind kind = resources.kindOf(route);
        Kind stored = resources.storedKind(kind);
        Predicate<ObjectNode> selected = resources.selected(stored, request);
        if (!route.name().isEmpty()) {
            selected = selected.and(Selectors.fields("metadata.name=" + route.name(), stored));
        }
        Interest interest = new Interest(
                stored.group(), stored.plural(), route.namespace().isEmpty() ? null : route.namespace(), selected);
        boolean initial = request.flag("sendInitialEvents");
        OptionalLong since = initial ? OptionalLong.empty() : since(request.query("resourceVersion"));
        Shape shape = Shape.of(kind, request.header("Accept"), request.query("includeObject"));
        Context context = vertx.getOrCreateContext();
        if ("websocket".equalsIgnoreCase(request.header("Upgrade"))) {
            wire.toWebSocket().onSuccess(socket -> {
                WatchStream stream = new WatchStream(context, shape, socketSink(socket), initial);
                Runnable stop = run(stream, interest, since, request);
                if (socket.isClosed()) { // told at once that it cannot be continued
                    stop.run();
                } else {
                    socket.closeHandler(ignored -> stop.run());
                    socket.exceptionHandler(ignored -> stop.run());
                }
            });
        } else {
            HttpServerResponse response = wire.response().setChunked(true).putHeader("Content-Type", Response.JSON);
            WatchStream stream = new WatchStream(context, shape, responseSink(response), initial);
            response.writeHead();
            Runnable stop = run(stream, interest, since, request);
            if (response.ended()) {
                stop.run();
            } else {
                response.closeHandler(ignored -> stop.run());
                response.exceptionHandler(ignored -> stop.run());
            }
        }
    }

    private static OptionalLong since(String resourceVersion) {
        if (resourceVersion.isEmpty() || resourceVersion.equals("0")) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(resourceVersion));
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("resourceVersion must be a number, found \"" + resourceVersion + "\"");
        }
    }

    /** Returns what to do when the connection is gone. */
    private Runnable run(WatchStream stream, Interest interest, OptionalLong since, Request request) {
        Watcher watcher;
        try {
            watcher = hub.subscribe(interest, since, stream::wake);
        } catch (WatchHub.TooOldException e) {
            stream.fail(ApiError.expired(String.valueOf(e.getMessage())));
            return stream::closed;
        }
        stream.start(watcher);
        long timeout = vertx.setTimer(seconds(request) * 1_000L, ignored -> stream.end());
        long bookmarks = request.flag("allowWatchBookmarks")
                ? vertx.setPeriodic(BOOKMARK_MILLIS, ignored -> stream.bookmark(false))
                : -1;
        return () -> {
            stream.closed();
            hub.unsubscribe(watcher);
            vertx.cancelTimer(timeout);
            vertx.cancelTimer(bookmarks);
        };
    }

    private static int seconds(Request request) {
        try {
            int wanted = Integer.parseInt(request.query("timeoutSeconds"));
            return Math.max(1, Math.min(wanted, MAX_SECONDS));
        } catch (NumberFormatException e) {
            return ThreadLocalRandom.current().nextInt(MAX_SECONDS / 2, MAX_SECONDS);
        }
    }

    private static WatchStream.Sink responseSink(HttpServerResponse response) {
        return new WatchStream.Sink() {
            @Override
            public void write(Buffer event) {
                response.write(event);
            }

            @Override
            public boolean isFull() {
                return response.writeQueueFull();
            }

            @Override
            public void onDrained(Runnable action) {
                response.drainHandler(ignored -> action.run());
            }

            @Override
            public void end() {
                response.end();
            }
        };
    }

    private static WatchStream.Sink socketSink(ServerWebSocket socket) {
        return new WatchStream.Sink() {
            @Override
            public void write(Buffer event) {
                socket.writeTextMessage(event.toString());
            }

            @Override
            public boolean isFull() {
                return socket.writeQueueFull();
            }

            @Override
            public void onDrained(Runnable action) {
                socket.drainHandler(ignored -> action.run());
            }

            @Override
            public void end() {
                socket.close();
            }
        };
    }
}
