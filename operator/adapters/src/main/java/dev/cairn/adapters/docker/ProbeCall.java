package dev.cairn.adapters.docker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One probe: a TCP connect, or an HTTP GET of which only the status line is read. Each uses a connection of its own,
 * as a new user would. All of it happens on the loop's thread, which waits for no connection.
 */
final class ProbeCall implements ProbeLoop.Waiting {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
    private static final int LONGEST_STATUS_LINE = 1024;

    private final ProbeLoop loop;
    private final SocketChannel channel;
    private final Consumer<Boolean> result;
    private final ProbeLoop.Alarm alarm;

    /** What is still to be sent; null for a mere connect. */
    private final @Nullable ByteBuffer request;

    private final ByteBuffer answer = ByteBuffer.allocate(LONGEST_STATUS_LINE);
    private boolean over;

    private ProbeCall(
            ProbeLoop loop,
            SocketChannel channel,
            @Nullable ByteBuffer request,
            int timeoutSeconds,
            Consumer<Boolean> result) {
        this.loop = loop;
        this.channel = channel;
        this.request = request;
        this.result = result;
        this.alarm = loop.after(timeoutSeconds * 1000L, 0, () -> finish(false));
    }

    /**
     * Starts a probe.
     *
     * @param httpPath path of the GET, or null for a mere connect
     * @param timeoutSeconds after which it has failed
     * @param result told once whether the probe succeeded, perhaps before this returns
     */
    static void start(
            ProbeLoop loop,
            InetSocketAddress at,
            @Nullable String httpPath,
            int timeoutSeconds,
            Consumer<Boolean> result)
            throws IOException {
        ByteBuffer request = httpPath == null ? null : request(at, httpPath);
        SocketChannel channel = SocketChannel.open();
        ProbeCall call = new ProbeCall(loop, channel, request, timeoutSeconds, result);
        try {
            channel.configureBlocking(false);
            if (channel.connect(at)) {
                call.connected();
            } else {
                call.await(SelectionKey.OP_CONNECT);
            }
        } catch (IOException | RuntimeException e) { // such as a name that nobody could resolve
            call.finish(false);
        }
    }

    /** The request for a path, in which nothing can end the line before it should. */
    static ByteBuffer request(InetSocketAddress at, String path) {
        StringBuilder safe = new StringBuilder(path.startsWith("/") ? "" : "/");
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f) {
                safe.append((char) b);
            } else {
                safe.append(String.format("%%%02X", b));
            }
        }
        String host = at.getHostString().contains(":") ? "[" + at.getHostString() + "]" : at.getHostString();
        return ByteBuffer.wrap(("GET " + safe + " HTTP/1.1\r\nHost: " + host + ":" + at.getPort()
                        + "\r\nUser-Agent: cairn-probe\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether the first line of an answer says 200 to 399. */
    static boolean succeeded(String statusLine) {
        Matcher m = STATUS_LINE.matcher(statusLine);
        return m.matches() && m.group(1).compareTo("200") >= 0 && m.group(1).compareTo("400") < 0;
    }

    @Override
    public void ready() {
        try {
            if (!channel.isConnected()) {
                channel.finishConnect();
                connected();
            } else if (request != null && request.hasRemaining()) {
                write(request);
            } else {
                read();
            }
        } catch (IOException e) {
            finish(false);
        }
    }

    private void connected() throws IOException {
        if (request == null) {
            finish(true);
        } else {
            write(request);
        }
    }

    private void write(ByteBuffer rest) throws IOException {
        channel.write(rest);
        await(rest.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    private void read() throws IOException {
        int count = channel.read(answer);
        String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        if (end >= 0) {
            finish(succeeded(text.substring(0, end).stripTrailing()));
        } else if (count < 0 || !answer.hasRemaining()) {
            finish(false);
        }
    }

    private void await(int operation) throws IOException {
        SelectionKey key = channel.keyFor(loop.selector());
        if (key == null) {
            channel.register(loop.selector(), operation, this);
        } else {
            key.interestOps(operation);
        }
    }

    private void finish(boolean success) {
        if (over) {
            return;
        }
        over = true;
        loop.cancel(alarm);
        try {
            channel.close();
        } catch (IOException e) {
            // the result stands; the descriptor is gone either way
        }
        result.accept(success);
    }
}
