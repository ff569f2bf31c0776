package dev.cairn.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that opens a connection for each request, so that every request is routed anew. */
final class Http {
    private static final int TIMEOUT_MILLIS = 2000;

    private Http() {}

    /** The whole answer to a GET, with its head; empty when there is none. */
    static String get(String address, int port, String path) {
        return get(address, port, "bench", path);
    }

    /** The same, naming a host. */
    static String get(String address, int port, String host, String path) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether a container answers its readiness path with 200. */
    static boolean ready(String address, int port) {
        return get(address, port, "/ready").startsWith("HTTP/1.1 200");
    }
}
