package dev.cairn.adapters.testing;

import com.sun.net.httpserver.HttpServer;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Owner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A web server in this process that answers every request with its owner's name: {@code /soon} after 20 ms,
 * {@code /hold} when it is released, after 30 s at most, everything else at once.
 */
public final class FakeContainer implements AutoCloseable {
    private final Owner owner;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch release = new CountDownLatch(1);

    public FakeContainer(Owner owner) throws IOException {
        this(owner, 0);
    }

    /** @param port to listen on; 0: any that is free */
    public FakeContainer(Owner owner, int port) throws IOException {
        this.owner = owner;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 512);
        server.setExecutor(threads);
        byte[] answer = owner.toString().getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            try (exchange) {
                switch (exchange.getRequestURI().getPath()) {
                    case "/hold" -> release.await(30, TimeUnit.SECONDS);
                    case "/soon" -> TimeUnit.MILLISECONDS.sleep(20);
                    default -> {}
                }
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    /** How a row names it. */
    public Backend backend() {
        return new Backend(owner, "127.0.0.1", server.getAddress().getPort());
    }

    /** Lets the requests for {@code /hold} end, now and from now on. */
    public void release() {
        release.countDown();
    }

    /** Closes its port and all connections at once. */
    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }
}
