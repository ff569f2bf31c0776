package dev.cairn.adapters.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** A WebSocket as a client has it: short text messages, one frame each. One thread at a time. */
public final class WebSocketConnection implements AutoCloseable {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    /** What RFC 6455 says to that key. */
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_CLOSE = 0x88;
    private static final int LONGEST_SHORT = 125;

    private final HttpConnection connection;

    private WebSocketConnection(HttpConnection connection) {
        this.connection = connection;
    }

    /** Connects and shakes hands. */
    public static WebSocketConnection open(String host, int port, String path) throws IOException {
        HttpConnection connection = new HttpConnection(host, port);
        try {
            connection.begin(
                    "GET",
                    path,
                    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                            + KEY + "\r\n");
            String status = connection.line();
            Map<String, String> headers = connection.headers();
            if (!status.startsWith("HTTP/1.1 101") || !ACCEPT.equals(headers.get("sec-websocket-accept"))) {
                throw new IOException("no WebSocket: " + status);
            }
            return new WebSocketConnection(connection);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Sends a text of at most 125 bytes.
     *
     * @throws IOException when the connection has ended
     */
    public void send(String text) throws IOException {
        frame(FINAL_TEXT, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void frame(int first, byte[] payload) throws IOException {
        if (payload.length > LONGEST_SHORT) {
            throw new IllegalArgumentException("a message of " + payload.length + " bytes");
        }
        byte[] mask = new byte[4];
        ThreadLocalRandom.current().nextBytes(mask);
        byte[] frame = new byte[2 + mask.length + payload.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(mask, 0, frame, 2, mask.length);
        for (int i = 0; i < payload.length; i++) {
            frame[2 + mask.length + i] = (byte) (payload[i] ^ mask[i % mask.length]);
        }
        connection.write(new String(frame, StandardCharsets.ISO_8859_1));
    }

    /**
     * The next message.
     *
     * @throws IOException when the connection has ended, properly or not
     */
    public String receive() throws IOException {
        byte[] head = connection.bytes(2);
        int length = head[1];
        if (length == LONGEST_SHORT + 1) {
            byte[] extended = connection.bytes(2);
            length = (extended[0] & 0xff) << 8 | extended[1] & 0xff;
        }
        String text = new String(connection.bytes(length), StandardCharsets.US_ASCII);
        if ((head[0] & 0xff) != FINAL_TEXT) {
            throw new IOException("the WebSocket was closed");
        }
        return text;
    }

    /**
     * Says good bye and waits for the answer.
     *
     * @throws IOException when the other side does not end it properly
     */
    public void end() throws IOException {
        frame(FINAL_CLOSE, new byte[0]);
        byte[] head = connection.bytes(2);
        if ((head[0] & 0xff) != FINAL_CLOSE) {
            throw new IOException("a WebSocket that was closed went on");
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
