package dev.cairn.adapters.haproxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks servers what HAProxy's own check would ask: whether they accept a connection. HAProxy runs on this machine, so it
 * would have the same answer. For one use.
 */
final class Knock {
    /** How long all servers together may take; HAProxy's own check does not give up so soon. */
    private static final Duration TIMEOUT = Duration.ofMillis(100);

    private final long until = System.nanoTime() + TIMEOUT.toNanos();

    /** Whether it accepts a connection now. */
    boolean answers(String ip, int port) {
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (left <= 0) {
            return false;
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(ip, port), (int) left);
            return true;
        } catch (IOException e) {
            return false; // HAProxy's own checks go on asking
        }
    }
}
