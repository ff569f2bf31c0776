package dev.cairn.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands in front of an engine's unix socket, passes everything on and keeps the first line of every request. */
final class Recorder implements AutoCloseable {
    private static final Pattern REQUEST = Pattern.compile("(?m)^([A-Z]+) (/\\S*) HTTP/1\\.[01]\r?$");

    private final ServerSocket server;
    private final UnixDomainSocketAddress engine;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private final List<ByteArrayOutputStream> sent = new CopyOnWriteArrayList<>();

    /** @param url of an engine: {@code unix://...} */
    Recorder(String url) throws IOException {
        engine = UnixDomainSocketAddress.of(url.replaceFirst("^unix://", ""));
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        run(this::accept);
    }

    String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    /** Method and path of all requests so far. */
    List<String> requests() {
        List<String> requests = new ArrayList<>();
        for (ByteArrayOutputStream one : sent) {
            Matcher matcher = REQUEST.matcher(one.toString(StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                requests.add(matcher.group(1) + " " + matcher.group(2));
            }
        }
        return requests;
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
            SocketChannel behind = SocketChannel.open(StandardProtocolFamily.UNIX);
            behind.connect(engine);
            open.add(client);
            open.add(behind);
            ByteArrayOutputStream record = new ByteArrayOutputStream();
            sent.add(record);
            InputStream answers = Channels.newInputStream(behind);
            OutputStream questions = Channels.newOutputStream(behind);
            run(() -> pass(client.getInputStream(), questions, record, client, behind));
            run(() -> pass(answers, client.getOutputStream(), new ByteArrayOutputStream(), client, behind));
        }
    }

    private static void pass(
            InputStream from, OutputStream to, ByteArrayOutputStream record, Socket client, SocketChannel behind)
            throws IOException {
        byte[] buffer = new byte[8192];
        try (client;
                behind) {
            for (int read; (read = from.read(buffer)) >= 0; ) {
                record.write(buffer, 0, read);
                to.write(buffer, 0, read);
                to.flush();
            }
        }
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
