package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.watch.WatchEvent;
import dev.cairn.embedded.watch.Watcher;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Writes one watcher's events to one connection, as fast as the client reads. All on the connection's own thread. */
final class WatchStream {
    /** The connection: an HTTP response, a WebSocket, or a client in this process. */
    interface Sink {
        void write(Buffer event);

        boolean isFull();

        void onDrained(Runnable action);

        void end();
    }

    private final Executor thread;
    private final Shape shape;
    private final Sink sink;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private @Nullable Watcher watcher;
    private boolean announceInitialEnd;
    private volatile boolean ended;
    private volatile Runnable cleanUp = () -> {};

    WatchStream(Executor thread, Shape shape, Sink sink, boolean announceInitialEnd) {
        this.thread = thread;
        this.shape = shape;
        this.sink = sink;
        this.announceInitialEnd = announceInitialEnd;
    }

    /**
     * Begins to write.
     *
     * @param afterwards done when it has ended or the client has gone; twice is no harm
     */
    void start(Watcher begun, Runnable afterwards) {
        cleanUp = afterwards;
        watcher = begun;
        wake();
    }

    /** From any thread: something may be queued. */
    void wake() {
        if (scheduled.compareAndSet(false, true)) {
            thread.execute(this::pump);
        }
    }

    private void pump() {
        scheduled.set(false);
        Watcher from = watcher;
        while (from != null && !ended) {
            if (from.isCut()) {
                fail(ApiError.expired("the watch was too slow and has been cut; list again"));
                return;
            }
            if (sink.isFull()) {
                sink.onDrained(this::wake);
                return;
            }
            WatchEvent event = from.poll();
            if (event == null) {
                if (announceInitialEnd) {
                    announceInitialEnd = false;
                    bookmark(true);
                }
                return;
            }
            write(event.type().name(), shape.one(event.stored()));
        }
    }

    private void write(String type, byte[] object) {
        sink.write(Buffer.buffer(object.length + 32)
                .appendString("{\"type\":\"" + type + "\",\"object\":")
                .appendBytes(object)
                .appendString("}\n"));
    }

    /** Tells how far this watch has come, when it has written everything. */
    void bookmark(boolean initialEnd) {
        long revision = watcher == null || ended ? 0 : watcher.drainedRevision();
        if (revision > 0) {
            ObjectNode object = Json.object()
                    .put(
                            "kind",
                            shape.form() == Shape.Form.TABLE
                                    ? "Table"
                                    : shape.kind().kind())
                    .put(
                            "apiVersion",
                            shape.form() == Shape.Form.TABLE
                                    ? "meta.k8s.io/v1"
                                    : shape.kind().apiVersion());
            ObjectNode metadata = object.putObject("metadata").put("resourceVersion", Long.toString(revision));
            if (initialEnd) {
                metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
            }
            write("BOOKMARK", Json.bytes(object));
        }
    }

    void fail(ApiError error) {
        if (!ended) {
            write("ERROR", Json.bytes(error.status()));
            end();
        }
    }

    void end() {
        if (!ended) {
            closed();
            sink.end();
        }
    }

    /** From any thread: the client has gone. */
    void closed() {
        ended = true;
        cleanUp.run();
    }
}
