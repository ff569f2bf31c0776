package dev.cairn.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands in front of an engine's unix socket, passes everything on and remembers when an event of a container went out to
 * whoever listens, and when each call came in.
 */
final class Tap implements AutoCloseable {
    private static final Pattern CALL = Pattern.compile("(?m)^([A-Z]+) (?:/v[0-9.]+)?(/\\S*) HTTP/1\\.[01]\r?$");
    private static final Pattern EVENT =
            Pattern.compile("\"Action\":\"(die|destroy)\"[^\n]*?\"name\":\"([a-z0-9-]+)\"");
    private static final int BUFFER = 16_384;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final UnixDomainSocketAddress engine;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private final List<Moment> moments = new CopyOnWriteArrayList<>();

    private record Moment(long at, boolean call, String what) {}

    /** @param url of an engine: {@code unix://...} */
    Tap(String url) throws IOException {
        engine = UnixDomainSocketAddress.of(url.replaceFirst("^unix://", ""));
        begin(this::accept);
    }

    String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    /** Forgets what has been so far. */
    void reset() {
        moments.clear();
    }

    /**
     * The time from an event of a container to the first call after it of that kind; empty while one of both is missing.
     *
     * @param event {@code die} or {@code destroy}
     * @param call of calls such as {@code POST /containers/create?name=a}
     */
    Optional<Duration> between(String event, String container, Predicate<String> call) {
        Optional<Moment> first = moments.stream()
                .filter(m -> !m.call && m.what.equals(event + " " + container))
                .findFirst();
        return first.flatMap(from -> moments.stream()
                .filter(m -> m.call && m.at >= from.at && call.test(m.what))
                .findFirst()
                .map(to -> Duration.ofNanos(to.at - from.at)));
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void begin(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // One end has closed, which ends the other one too.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            client.setTcpNoDelay(true);
            SocketChannel behind = SocketChannel.open(StandardProtocolFamily.UNIX);
            behind.connect(engine);
            open.add(client);
            open.add(behind);
            begin(() -> ask(client, behind));
            begin(() -> answer(client, behind));
        }
    }

    private void ask(Socket client, SocketChannel behind) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (client;
                behind) {
            for (int read; (read = client.getInputStream().read(buffer)) >= 0; ) {
                note(CALL, true, buffer, read);
                for (ByteBuffer rest = ByteBuffer.wrap(buffer, 0, read); rest.hasRemaining(); ) {
                    behind.write(rest);
                }
            }
        }
    }

    private void answer(Socket client, SocketChannel behind) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try (client;
                behind) {
            for (int read; (read = behind.read(buffer.clear())) >= 0; ) {
                note(EVENT, false, buffer.array(), read);
                client.getOutputStream().write(buffer.array(), 0, read);
            }
        }
    }

    private void note(Pattern pattern, boolean call, byte[] bytes, int length) {
        long now = System.nanoTime();
        Matcher matcher = pattern.matcher(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            moments.add(new Moment(now, call, matcher.group(1) + " " + matcher.group(2)));
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
