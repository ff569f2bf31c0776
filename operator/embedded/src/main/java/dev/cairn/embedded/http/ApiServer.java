package dev.cairn.embedded.http;

import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kinds;
import dev.cairn.embedded.objects.ObjectWriter;
import dev.cairn.embedded.store.Store;
import dev.cairn.embedded.watch.WatchHub;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The HTTPS server. Requests are read on the event loop within bounds and answered by a bounded pool. */
public final class ApiServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 2_000;
    /** As kube-apiserver. */
    private static final long IDLE_MILLIS = 90_000;

    private static final int WORKERS = 8;
    private static final int MAX_WAITING = 1_000;
    private static final long BODY_TIMEOUT_MILLIS = 30_000;
    private static final long LIFECYCLE_SECONDS = 20;

    private final Vertx vertx;
    private final HttpServer server;
    private final Documents documents;
    private final Answers answers;
    private final InProcess inProcess;
    private final Watches watches;
    private final ThreadPoolExecutor workers;
    private final Connections connections;

    /** Vert.x as the server needs it; costs enough to be made beside other work. The server closes it. */
    public static Vertx newVertx() {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setBlockedThreadCheckInterval(10_000)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }

    public ApiServer(Vertx vertx, Credentials credentials, Store store, Kinds kinds, ObjectWriter writer, WatchHub hub)
            throws IOException {
        Rights rights = new Rights(kinds);
        this.documents = new Documents(kinds, store, rights);
        Resources resources = new Resources(store, kinds, writer, hub);
        this.answers = new Answers(credentials, rights, documents, resources);
        this.vertx = vertx;
        this.watches = new Watches(vertx, rights, resources, hub);
        this.inProcess = new InProcess(answers, watches);
        AtomicInteger number = new AtomicInteger();
        this.workers = new ThreadPoolExecutor(
                WORKERS, WORKERS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "embedded-api-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(KeyCertOptions.wrap(credentials.server().keyManager()))
                .setHandle100ContinueAutomatically(true)
                .setMaxHeaderSize(64 * 1024)
                .setMaxInitialLineLength(16 * 1024)
                .setIdleTimeout(2)
                .setIdleTimeoutUnit(TimeUnit.HOURS));
        this.connections = new Connections(vertx, MAX_CONNECTIONS, IDLE_MILLIS);
        server.connectionHandler(connections::opened);
        server.requestHandler(this::receive);
    }

    /** What {@code /metrics} answers. */
    public void metrics(Supplier<String> scrape) {
        documents.metrics(scrape);
    }

    /** The same API without a connection. The server closes it. */
    public InProcess inProcess() {
        return inProcess;
    }

    /** Begins to serve and returns the port. */
    public int listen(String address, int port) throws IOException {
        return await(server.listen(port, address), "cannot listen on " + address + ":" + port)
                .actualPort();
    }

    private static <T> T await(io.vertx.core.Future<T> future, String what) throws IOException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LIFECYCLE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            String why = e.getCause() == null ? e.toString() : e.getCause().getMessage();
            throw new IOException("The embedded API " + what + ": " + why + ".", e);
        } catch (TimeoutException e) {
            throw new IOException("The embedded API " + what + " within " + LIFECYCLE_SECONDS + " s.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The embedded API " + what + ": interrupted.", e);
        }
    }

    private void receive(HttpServerRequest wire) {
        connections.asked(wire);
        try {
            dispatch(wire, Answers.pathOf(wire.path()));
        } catch (ApiError e) {
            wire.resume();
            send(wire, Answers.error(e));
        } catch (IllegalArgumentException e) { // a percent sign that is no escape, in the path or the query
            wire.resume();
            send(wire, Answers.error(ApiError.badRequest("malformed URL: " + e.getMessage())));
        }
    }

    private void dispatch(HttpServerRequest wire, List<String> path) {
        String user = answers.userOf(wire.getHeader("Authorization"), path);
        Optional<Route> route = Route.parse(path);
        Request head = new Request(wire.method().name(), path, wire.params(), wire.headers(), new byte[0], user);
        if (Answers.isWatch(head, route)) {
            watches.begin(wire, watches.open(head, route.get()));
        } else {
            readBody(wire, head, route);
        }
    }

    private void readBody(HttpServerRequest wire, Request head, Optional<Route> route) {
        Buffer body = Buffer.buffer();
        Context context = vertx.getOrCreateContext();
        long timeout =
                vertx.setTimer(BODY_TIMEOUT_MILLIS, ignored -> wire.connection().close());
        wire.handler(part -> {
            if (body.length() <= Answers.MAX_BODY) {
                body.appendBuffer(part);
            }
        });
        wire.exceptionHandler(ignored -> vertx.cancelTimer(timeout));
        wire.endHandler(ignored -> {
            vertx.cancelTimer(timeout);
            if (body.length() > Answers.MAX_BODY) {
                send(wire, Answers.error(Answers.tooLarge()));
                return;
            }
            Request whole =
                    new Request(head.method(), head.path(), head.query(), head.headers(), body.getBytes(), head.user());
            try {
                workers.execute(() -> {
                    Response response = answers.answer(whole, route);
                    context.runOnContext(nothing -> send(wire, response));
                });
            } catch (RejectedExecutionException e) {
                send(wire, Answers.error(ApiError.tooMany()));
            }
        });
    }

    private static void send(HttpServerRequest wire, Response response) {
        var out = wire.response();
        if (out.ended() || out.closed()) {
            return;
        }
        out.setStatusCode(response.code()).putHeader("Content-Type", response.contentType());
        if (response.code() == 429) {
            out.putHeader("Retry-After", "1");
        }
        List<String> warnings = response.warnings().stream()
                .distinct()
                .limit(20)
                .map(text -> "299 - \""
                        + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + "\"")
                .toList();
        if (!warnings.isEmpty()) {
            out.putHeader("Warning", warnings);
        }
        out.end(Buffer.buffer(response.body()));
    }

    @Override
    public void close() throws IOException {
        inProcess.close();
        workers.shutdown();
        await(vertx.close(), "cannot stop");
    }
}
