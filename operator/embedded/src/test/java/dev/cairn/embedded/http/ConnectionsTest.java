package dev.cairn.embedded.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final int MOST = 3;

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<HttpServerRequest> asked = new LinkedBlockingQueue<>();
    private final List<Client> clients = new ArrayList<>();
    private int port;

    /** A server that answers when the test does. */
    private void serve(long idleMillis) throws Exception {
        Connections connections = new Connections(vertx, MOST, idleMillis);
        // with HTTP/2 in clear text it would wait for the first bytes before it calls anybody
        var options = new HttpServerOptions().setHttp2ClearTextEnabled(false);
        var server = vertx.createHttpServer(options).connectionHandler(connections::opened);
        server.requestHandler(wire -> {
            connections.asked(wire);
            asked.add(wire);
        });
        port = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, SECONDS)
                .actualPort();
    }

    @AfterEach
    void stop() throws Exception {
        for (Client client : clients) {
            client.socket.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }

    private Client connect() throws IOException {
        Client client = new Client(new Socket("127.0.0.1", port));
        clients.add(client);
        return client;
    }

    private void answer() throws InterruptedException {
        HttpServerRequest wire = asked.poll(20, SECONDS);
        vertx.runOnContext(ignored -> wire.response().end("x"));
    }

    private static final class Client {
        private final Socket socket;
        private final BufferedReader in;

        Client(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(20_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        void ask() throws IOException {
            send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        }

        String status() throws IOException {
            return in.readLine();
        }

        boolean isClosed() throws IOException {
            try {
                return in.read() < 0;
            } catch (java.net.SocketException e) {
                return true; // what it had sent was not read
            }
        }
    }

    @Test
    void moreThanTheMostAreClosedAndThereIsRoomAgainWhenOneGoes() throws Exception {
        serve(600_000);
        List<Client> first = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            Client client = connect();
            client.ask();
            answer();
            assertThat(client.status()).isEqualTo("HTTP/1.1 200 OK");
            first.add(client);
        }
        assertThat(connect().isClosed()).isTrue();
        first.get(0).socket.close();
        org.awaitility.Awaitility.await().atMost(20, SECONDS).until(() -> {
            Client next = connect();
            next.ask();
            HttpServerRequest wire = asked.poll(100, java.util.concurrent.TimeUnit.MILLISECONDS);
            return wire != null;
        });
    }

    @Test
    void whoSendsNothingOrHalfAHeadIsClosed() throws Exception {
        serve(100);
        Client nothing = connect();
        Client half = connect();
        half.send("GET / HTTP/1.1\r\nHost:");
        assertThat(nothing.isClosed()).isTrue();
        assertThat(half.isClosed()).isTrue();
    }

    @Test
    void whoHasGotItsAnswerIsClosedLaterAndWhoWaitsForItIsNot() throws Exception {
        serve(100);
        Client waiting = connect();
        waiting.ask();
        HttpServerRequest held = asked.poll(20, SECONDS);
        Client answered = connect();
        answered.ask();
        answer();
        assertThat(answered.status()).isEqualTo("HTTP/1.1 200 OK");
        while (!answered.in
                .readLine()
                .equals("x")) { // the heads, then the body, which has no line end: the connection's
            continue;
        }
        vertx.runOnContext(ignored -> held.response().end("x"));
        assertThat(waiting.status()).isEqualTo("HTTP/1.1 200 OK");
    }
}
