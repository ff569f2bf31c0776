package dev.cairn.adapters.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A plain HTTP/1.1 client connection that hides nothing: no second try, no pool. One thread at a time. */
public final class HttpConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int BODY_LIMIT = 1 << 20;

    private final String host;
    private final int port;
    private final String name;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    /** Connects with the first request. */
    public HttpConnection(String host, int port) {
        this(host, port, host + ":" + port);
    }

    /**
     * Connects with the first request.
     *
     * @param name what the requests name as their host
     */
    public HttpConnection(String host, int port, String name) {
        this.host = host;
        this.port = port;
        this.name = name;
    }

    /** Whether a connection is kept from the request before. */
    public boolean isOpen() {
        return socket != null;
    }

    /**
     * Asks once, over the open connection if there is one.
     *
     * @param keepAlive whether to keep the connection afterwards, if the server agrees
     * @return the body of an answer with status 200
     * @throws IOException for every other end
     */
    public String get(String path, boolean keepAlive) throws IOException {
        begin("GET", path, keepAlive ? "" : "Connection: close\r\n");
        return answer(keepAlive);
    }

    /** A body that is sent bit by bit. */
    public interface Body {
        /** The next bytes, when it is time for them; none: that was all. */
        byte[] next() throws IOException;
    }

    /**
     * Sends a body and asks for the answer, as {@link #get} does.
     *
     * @param length how long the body is; negative: it goes in chunks
     */
    public String post(String path, long length, Body body, boolean keepAlive) throws IOException {
        begin(
                "POST",
                path,
                (keepAlive ? "" : "Connection: close\r\n")
                        + (length < 0 ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + length + "\r\n"));
        byte[] part;
        do {
            part = body.next();
            if (length < 0) {
                write(Integer.toHexString(part.length) + "\r\n" + new String(part, StandardCharsets.ISO_8859_1)
                        + "\r\n");
            } else {
                socket.getOutputStream().write(part);
            }
        } while (part.length > 0);
        return answer(keepAlive);
    }

    /** Sends the head of a request, over the open connection if there is one. */
    void begin(String method, String path, String headers) throws IOException {
        if (socket == null) {
            open();
        }
        write(method + " " + path + " HTTP/1.1\r\nHost: " + name + "\r\n" + headers + "\r\n");
    }

    void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String answer(boolean keepAlive) throws IOException {
        String status = line();
        Map<String, String> headers = headers();
        String body = new String(body(headers), StandardCharsets.UTF_8);
        if (!keepAlive || "close".equalsIgnoreCase(headers.get("connection"))) {
            close();
        }
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(status + ": " + body.strip());
        }
        return body;
    }

    /** Connects without a request. */
    public void open() throws IOException {
        Socket fresh = new Socket();
        fresh.setTcpNoDelay(true);
        fresh.setSoTimeout(TIMEOUT_MILLIS);
        fresh.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
        socket = fresh;
        in = new BufferedInputStream(fresh.getInputStream());
    }

    Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (!"chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            String length = headers.get("content-length");
            return length == null ? in.readNBytes(BODY_LIMIT) : bytes(Integer.parseInt(length));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            byte[] chunk = bytes(Integer.parseInt(line(), 16));
            line();
            if (chunk.length == 0) {
                return body.toByteArray();
            }
            body.write(chunk);
        }
    }

    byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(Math.min(length, BODY_LIMIT));
        if (bytes.length < length) {
            throw new EOFException("the answer was cut off");
        }
        return bytes;
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection was closed instead of an answer");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException gone) {
            // There is nobody left to tell.
        }
        socket = null;
        in = null;
    }
}
