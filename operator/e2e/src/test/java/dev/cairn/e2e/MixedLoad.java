package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.adapters.testing.HttpConnection;
import dev.cairn.adapters.testing.WebSocketConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Clients of all kinds at all stages of a service, as strict as {@link Load}: none asks twice, and whatever is not the
 * right answer is a failure. {@link Promotions} judges which container may answer and how long a connection must live.
 */
final class MixedLoad implements AutoCloseable {
    /** What one client does again and again, each on a connection of its own. */
    private enum Kind {
        NEW_CONNECTION,
        KEPT_ALIVE,
        /** Kept alive and seldom used: a promotion comes between two requests. */
        IDLE,
        SLOW,
        CHUNKED,
        UPLOAD,
        CHUNKED_UPLOAD,
        /** Ends by itself after some seconds. */
        SHORT_WEBSOCKET,
        /** Goes on for as long as it is let. */
        WEBSOCKET,
        /** The same with a port that carries whole connections: only at the first stage. */
        TCP;

        boolean keepsContainer() {
            return this == WEBSOCKET || this == TCP || this == SHORT_WEBSOCKET;
        }
    }

    private static final int PARTS = 8;
    private static final Duration PART_EVERY = Duration.ofMillis(250);
    private static final long SHORT_MESSAGES = 10;
    private static final Duration THINK = Duration.ofMillis(40);

    private final Cairn cairn;
    private final Subject subject;
    private final int tcpPort;
    private final Promotions promotions;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final Map<Kind, AtomicLong> counts = new ConcurrentSkipListMap<>();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong cut = new AtomicLong();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();

    private MixedLoad(Cairn cairn, Subject subject, int tcpPort, Promotions promotions) {
        this.cairn = cairn;
        this.subject = subject;
        this.tcpPort = tcpPort;
        this.promotions = promotions;
    }

    /**
     * Begins.
     *
     * @param tcpPort of a TCP endpoint at the first stage
     * @param quick clients per stage that ask without long pauses, half of them kept alive
     */
    static MixedLoad start(Cairn cairn, Subject subject, int tcpPort, int quick, Promotions promotions) {
        MixedLoad load = new MixedLoad(cairn, subject, tcpPort, promotions);
        for (int stage = 0; stage < Subject.STAGES.size(); stage++) {
            for (Kind kind : Kind.values()) {
                boolean often = kind == Kind.NEW_CONNECTION || kind == Kind.KEPT_ALIVE;
                for (int i = 0; i < (often ? quick : 1); i++) {
                    if (kind != Kind.TCP || stage == 0) {
                        load.begin(kind, stage);
                    }
                }
            }
        }
        return load;
    }

    private void begin(Kind kind, int stage) {
        counts.putIfAbsent(kind, new AtomicLong());
        threads.execute(() -> {
            try (HttpConnection connection = new HttpConnection(cairn.proxyAddress(), port(kind, stage))) {
                while (running.get()) {
                    once(kind, stage, connection);
                }
            }
        });
    }

    private int port(Kind kind, int stage) {
        return kind == Kind.TCP ? tcpPort : subject.port(Subject.STAGES.get(stage));
    }

    private void once(Kind kind, int stage, HttpConnection connection) {
        try {
            if (kind.keepsContainer()) {
                stay(kind, stage, connection);
            } else {
                Promotions.Asked asked = promotions.ask(stage);
                counts.get(kind).incrementAndGet();
                String answer = request(kind, connection);
                asked.answered(answer);
            }
        } catch (IOException e) {
            connection.close();
            fail(kind, stage, String.valueOf(e.getMessage()));
        }
        LockSupport.parkNanos((kind == Kind.IDLE ? seldom() : THINK).toNanos());
    }

    private static Duration seldom() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(500, 4_000));
    }

    private void fail(Kind kind, int stage, String why) {
        if (running.get()) {
            failures.merge(Subject.STAGES.get(stage) + " " + kind + ": " + why, 1, Integer::sum);
        }
    }

    private static String request(Kind kind, HttpConnection connection) throws IOException {
        return switch (kind) {
            case NEW_CONNECTION -> connection.get("/", false);
            case KEPT_ALIVE, IDLE -> connection.get("/", true);
            case SLOW -> connection.get("/slow?seconds=2", false);
            case CHUNKED ->
                oneLine(connection.get("/chunked?parts=" + PARTS + "&delay_ms=" + PART_EVERY.toMillis(), true));
            case UPLOAD -> received(connection.post("/", PARTS, slowly(), true));
            case CHUNKED_UPLOAD -> received(connection.post("/", -1, slowly(), true));
            case SHORT_WEBSOCKET, WEBSOCKET, TCP -> throw new IllegalArgumentException(kind.name());
        };
    }

    private static HttpConnection.Body slowly() {
        int[] sent = {0};
        return () -> {
            if (sent[0]++ == PARTS) {
                return new byte[0];
            }
            LockSupport.parkNanos(PART_EVERY.toNanos());
            return new byte[] {'x'};
        };
    }

    private static String oneLine(String body) throws IOException {
        List<String> lines = body.lines().toList();
        if (lines.size() != PARTS || lines.stream().distinct().count() != 1) {
            throw new IOException("not " + PARTS + " equal parts: " + lines);
        }
        return lines.get(0);
    }

    private static String received(String answer) throws IOException {
        if (!answer.strip().endsWith(" received=" + PARTS)) {
            throw new IOException("not all of an upload arrived: " + answer.strip());
        }
        return answer;
    }

    /** One connection that stays with its container, from its begin to its end. */
    private void stay(Kind kind, int stage, HttpConnection connection) throws IOException {
        Promotions.Asked asked = promotions.ask(stage);
        counts.get(kind).incrementAndGet();
        if (kind == Kind.TCP) {
            String first = connection.get("/", true);
            asked.answered(first);
            until(asked, MixedLoad::seldom, () -> {
                same(first, connection.get("/", true));
                return true;
            });
            connection.close();
            return;
        }
        try (WebSocketConnection socket =
                WebSocketConnection.open(cairn.proxyAddress(), port(kind, stage), "/websocket")) {
            asked.answered(socket.receive());
            long[] sent = {0};
            boolean whole = until(asked, () -> PART_EVERY, () -> {
                String message = "message " + sent[0]++;
                socket.send(message);
                same(message, socket.receive());
                return kind == Kind.WEBSOCKET || sent[0] < SHORT_MESSAGES;
            });
            if (whole) {
                socket.end();
            }
        }
    }

    private interface Exchange {
        /** Whether the connection goes on. */
        boolean happens() throws IOException;
    }

    /** Whether the connection was used until its user had enough; it may be cut when its time is over. */
    private boolean until(Promotions.Asked asked, Supplier<Duration> pause, Exchange exchange) throws IOException {
        try {
            boolean goesOn = true;
            while (goesOn && running.get()) {
                LockSupport.parkNanos(pause.get().toNanos());
                goesOn = exchange.happens();
                messages.incrementAndGet();
            }
            return true;
        } catch (IOException e) {
            if (running.get() && !asked.overdue()) {
                throw new IOException("cut off before its time: " + e.getMessage(), e);
            }
            cut.incrementAndGet();
            return false;
        }
    }

    private static void same(String expected, String found) throws IOException {
        if (!found.equals(expected)) {
            throw new IOException("'" + found + "' instead of '" + expected + "'");
        }
    }

    /** Requests and connections begun so far, those that were not answered included. */
    long requests() {
        return counts.values().stream().mapToLong(AtomicLong::get).sum();
    }

    /** Ends the load and checks it; what it has done. */
    String finish() throws InterruptedException {
        assertNothingFailed();
        running.set(false);
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS))
                .as("all requests end")
                .isTrue();
        assertNothingFailed();
        return requests() + " requests " + counts + ", " + messages + " messages over connections that stay, of which "
                + cut + " were cut when their time was over";
    }

    /** Fails as soon as anything has. */
    void assertNothingFailed() {
        assertThat(failures)
                .as(() -> "failed of " + requests() + " requests; " + cairn.lastWords())
                .isEmpty();
        promotions.assertAllRight();
    }

    @Override
    public void close() {
        running.set(false);
        threads.shutdownNow();
    }
}
