package dev.cairn.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands in front of an engine's unix socket and keeps method and path of every request. It passes everything on, or,
 * when told to, later, not at all, or other events than there were.
 */
final class EngineProxy implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)\r?$");
    private static final Pattern CHUNKED = Pattern.compile("(?im)^transfer-encoding: *chunked\r?$");
    private static final String BODY = "{\"message\":\"somebody pulled a cable\"}\n";
    private static final String REFUSAL = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n"
            + "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY;

    private final ServerSocket server;
    private final UnixDomainSocketAddress engine;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile Mood mood = Mood.WELL;

    /**
     * How it treats what goes through it.
     *
     * @param delay of every request
     * @param oneIn that many requests is answered with status 500 and not passed on; 0: none
     * @param copies of each event that arrive
     */
    record Mood(Duration delay, int oneIn, int copies) {
        static final Mood WELL = new Mood(Duration.ZERO, 0, 1);
    }

    /** @param url of an engine: {@code unix://...} */
    EngineProxy(String url) throws IOException {
        engine = UnixDomainSocketAddress.of(url.replaceFirst("^unix://", ""));
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        run(this::accept);
    }

    String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    /** Method and path of all requests so far. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** From now on, also on connections that are open. */
    void be(Mood other) {
        mood = other;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
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
            open.add(client);
            run(() -> new Conversation(client).ask());
        }
    }

    /** One connection: requests one after the other, each answered before the next one comes. */
    private final class Conversation {
        private final Socket client;
        private final SocketChannel behind = SocketChannel.open(StandardProtocolFamily.UNIX);
        private volatile boolean events;

        Conversation(Socket client) throws IOException {
            this.client = client;
            open.add(behind);
        }

        void ask() throws IOException {
            try (client;
                    behind) {
                behind.connect(engine);
                run(this::answer);
                InputStream in = new BufferedInputStream(client.getInputStream());
                OutputStream out = output(behind);
                for (String head; !(head = head(in)).isEmpty(); ) {
                    String[] words = head.split(" ", 3);
                    requests.add(words[0] + " " + words[1]);
                    events = words[1].contains("/events");
                    LockSupport.parkNanos(mood.delay.toNanos());
                    boolean fails = mood.oneIn > 0 && calls.incrementAndGet() % mood.oneIn == 0;
                    OutputStream to = fails ? OutputStream.nullOutputStream() : out;
                    to.write(head.getBytes(StandardCharsets.ISO_8859_1));
                    body(head, in, to);
                    if (fails) {
                        client.getOutputStream().write(REFUSAL.getBytes(StandardCharsets.ISO_8859_1));
                    }
                }
            }
        }

        private void answer() throws IOException {
            byte[] buffer = new byte[8192];
            PushbackInputStream in = new PushbackInputStream(input(behind), buffer.length);
            try (client;
                    behind) {
                for (int read; (read = in.read(buffer)) >= 0; ) {
                    if (events) {
                        in.unread(buffer, 0, read);
                        client.getOutputStream().write(head(in).getBytes(StandardCharsets.ISO_8859_1));
                        events(in);
                    } else {
                        client.getOutputStream().write(buffer, 0, read);
                    }
                }
            }
        }

        private void events(InputStream in) throws IOException {
            for (byte[] event; (event = chunk(in)).length > 0; ) {
                for (int i = 0; i < mood.copies; i++) {
                    client.getOutputStream().write(event);
                }
            }
        }
    }

    /** The streams of {@link java.nio.channels.Channels} let nobody write while somebody reads. */
    private static InputStream input(SocketChannel channel) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return channel.read(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    private static OutputStream output(SocketChannel channel) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length); rest.hasRemaining(); ) {
                    channel.write(rest);
                }
            }
        };
    }

    /** First line and headers, the empty line included; empty when there is no further request. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line; !(line = line(in)).isEmpty(); ) {
            head.append(line);
            if (line.equals("\r\n")) {
                return head.toString();
            }
        }
        return "";
    }

    private static void body(String head, InputStream in, OutputStream out) throws IOException {
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            out.write(in.readNBytes(Integer.parseInt(length.group(1))));
        } else if (CHUNKED.matcher(head).find()) {
            byte[] chunk;
            do {
                chunk = chunk(in);
                out.write(chunk);
            } while (chunk.length > "0\r\n\r\n".length());
        }
    }

    /** One chunk with its length before it; nothing at the end of the stream. */
    private static byte[] chunk(InputStream in) throws IOException {
        String size = line(in);
        if (size.isEmpty()) {
            return new byte[0];
        }
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.write(size.getBytes(StandardCharsets.ISO_8859_1));
        chunk.write(in.readNBytes(Integer.parseInt(size.strip(), 16) + 2));
        return chunk.toByteArray();
    }

    /** With its end; empty at the end of the stream. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int one; (one = in.read()) >= 0; ) {
            line.append((char) one);
            if (one == '\n') {
                return line.toString();
            }
        }
        if (line.length() > 0) {
            throw new EOFException("the line is cut off");
        }
        return "";
    }

    @Override
    public void close() {
        try {
            server.close();
            for (AutoCloseable one : open) {
                one.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
