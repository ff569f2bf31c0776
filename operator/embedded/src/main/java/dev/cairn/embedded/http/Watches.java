package dev.cairn.embedded.http;

import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.store.Stored;
import dev.cairn.embedded.watch.Interest;
import dev.cairn.embedded.watch.WatchHub;
import dev.cairn.embedded.watch.Watcher;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** Begins watches: over HTTP (one JSON document per line), WebSocket (one per message), and in this process. */
final class Watches {
    private static final long BOOKMARK_MILLIS = 30_000;
    private static final int MAX_SECONDS = 3_600;
    private static final int MOST = 2_000;

    private final Vertx vertx;
    private final Rights rights;
    private final Resources resources;
    private final WatchHub hub;

    Watches(Vertx vertx, Rights rights, Resources resources, WatchHub hub) {
        this.vertx = vertx;
        this.rights = rights;
        this.resources = resources;
        this.hub = hub;
    }

    /** What is to be watched, and how it is told. */
    record Opening(Interest interest, OptionalLong since, Shape shape, Request request) {
        boolean initial() {
            return request.flag("sendInitialEvents");
        }
    }

    /** Reads a request for a watch. Throws {@link ApiError} before anything is answered. */
    Opening open(Request request, Route route) {
        rights.check(request, Optional.of(route));
        Kind kind = resources.kindOf(route);
        Kind stored = resources.storedKind(kind);
        Predicate<Stored> selected = resources.selected(stored, request);
        if (!route.name().isEmpty()) {
            selected = selected.and(one -> one.key().name().equals(route.name()));
        }
        Interest interest = new Interest(
                stored.group(), stored.plural(), route.namespace().isEmpty() ? null : route.namespace(), selected);
        ListOptions.check(request);
        if (hub.watching() >= MOST) {
            throw ApiError.tooMany();
        }
        boolean initial = request.flag("sendInitialEvents");
        OptionalLong since = initial ? OptionalLong.empty() : since(request.query("resourceVersion"));
        Shape shape = Shape.of(kind, request.header("Accept"), request.query("includeObject"));
        return new Opening(interest, since, shape, request);
    }

    static boolean isSocket(HttpServerRequest wire) {
        return "websocket".equalsIgnoreCase(wire.getHeader("Upgrade"));
    }

    /** Begins a watch over a connection, on its event loop. */
    void begin(HttpServerRequest wire, Opening opening) {
        Context context = vertx.getOrCreateContext();
        Executor thread = task -> context.runOnContext(ignored -> task.run());
        if (isSocket(wire)) {
            wire.toWebSocket().onSuccess(socket -> {
                WatchStream stream = begin(opening, thread, socketSink(socket));
                if (socket.isClosed()) { // told at once that it cannot be continued
                    stream.closed();
                } else {
                    socket.closeHandler(ignored -> stream.closed());
                    socket.exceptionHandler(ignored -> stream.closed());
                }
            });
        } else {
            HttpServerResponse response = wire.response().setChunked(true).putHeader("Content-Type", Response.JSON);
            response.writeHead();
            WatchStream stream = begin(opening, thread, responseSink(response));
            if (response.ended()) {
                stream.closed();
            } else {
                response.closeHandler(ignored -> stream.closed());
                response.exceptionHandler(ignored -> stream.closed());
            }
        }
    }

    /** Begins a watch that is told on a thread of the caller's. */
    WatchStream begin(Opening opening, Executor thread, WatchStream.Sink sink) {
        WatchStream stream = new WatchStream(thread, opening.shape, sink, opening.initial());
        Watcher watcher;
        try {
            watcher = hub.subscribe(opening.interest, opening.since, stream::wake);
        } catch (WatchHub.TooOldException e) {
            stream.fail(ApiError.expired(String.valueOf(e.getMessage())));
            return stream;
        }
        long timeout = vertx.setTimer(seconds(opening.request) * 1_000L, ignored -> thread.execute(stream::end));
        long bookmarks = opening.request.flag("allowWatchBookmarks")
                ? vertx.setPeriodic(BOOKMARK_MILLIS, ignored -> thread.execute(() -> stream.bookmark(false)))
                : -1;
        stream.start(watcher, () -> {
            hub.unsubscribe(watcher);
            vertx.cancelTimer(timeout);
            vertx.cancelTimer(bookmarks);
        });
        return stream;
    }

    private static OptionalLong since(String resourceVersion) {
        if (resourceVersion.isEmpty() || resourceVersion.equals("0")) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(ListOptions.revision(resourceVersion));
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
