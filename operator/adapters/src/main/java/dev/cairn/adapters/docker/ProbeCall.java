package dev.cairn.adapters.docker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One probe: a TCP connect, or an HTTP GET of which only the status line is read. Each uses a connection of its own,
 * as a new user would, and holds no thread while it waits.
 */
final class ProbeCall {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
    private static final int LONGEST_STATUS_LINE = 1024;

    private final AsynchronousSocketChannel channel;
    private final CompletableFuture<Boolean> result = new CompletableFuture<>();

    private ProbeCall(AsynchronousSocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Starts a probe.
     *
     * @param httpPath path of the GET, or null for a mere connect
     */
    static ProbeCall start(AsynchronousChannelGroup group, InetSocketAddress at, @Nullable String httpPath)
            throws IOException {
        ProbeCall call = new ProbeCall(AsynchronousSocketChannel.open(group));
        call.channel.connect(at, call, new Next() {
            @Override
            public void completed(@Nullable Void nothing, ProbeCall self) {
                if (httpPath == null) {
                    self.finish(true);
                } else {
                    self.write(request(at, httpPath));
                }
            }
        });
        return call;
    }

    /** Completes with whether the probe succeeded; never exceptionally. */
    CompletableFuture<Boolean> result() {
        return result;
    }

    /** Ends the probe as failed unless it has a result already. */
    void giveUp() {
        finish(false);
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

    private void write(ByteBuffer request) {
        channel.write(request, this, new Transfer() {
            @Override
            public void completed(Integer written, ProbeCall self) {
                if (request.hasRemaining()) {
                    self.channel.write(request, self, this);
                } else {
                    self.read(ByteBuffer.allocate(LONGEST_STATUS_LINE));
                }
            }
        });
    }

    private void read(ByteBuffer answer) {
        channel.read(answer, this, new Transfer() {
            @Override
            public void completed(Integer count, ProbeCall self) {
                String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
                int end = text.indexOf('\n');
                if (end >= 0) {
                    self.finish(succeeded(text.substring(0, end).stripTrailing()));
                } else if (count < 0 || !answer.hasRemaining()) {
                    self.finish(false);
                } else {
                    self.channel.read(answer, self, this);
                }
            }
        });
    }

    private void finish(boolean success) {
        try {
            channel.close();
        } catch (IOException e) {
            // the result stands; the descriptor is gone either way
        }
        result.complete(success);
    }

    private abstract static class Next implements CompletionHandler<Void, ProbeCall> {
        @Override
        public void failed(Throwable failure, ProbeCall self) {
            self.finish(false);
        }
    }

    private abstract static class Transfer implements CompletionHandler<Integer, ProbeCall> {
        @Override
        public void failed(Throwable failure, ProbeCall self) {
            self.finish(false);
        }
    }
}
