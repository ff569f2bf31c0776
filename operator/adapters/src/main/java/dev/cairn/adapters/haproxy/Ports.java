package dev.cairn.adapters.haproxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/** Tries whether a port can be listened on, so that one that cannot never spoils a reload. */
final class Ports {
    private Ports() {}

    /** Why HAProxy could not listen there, in one sentence; empty when it can. */
    static Optional<String> obstacle(String bind, int port) {
        String where = "port " + port + " on " + bind;
        if (port < 1 || port > 65535) {
            return Optional.of("port " + port + " does not exist: choose spec.port from 1 to 65535");
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(
                    bind.equals("*")
                            ? new InetSocketAddress(port)
                            : new InetSocketAddress(InetAddress.getByName(bind), port));
            return Optional.empty();
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("Permission denied")) {
                return Optional.of(where + " is reserved for root: choose a spec.port above 1023 or run Cairn as root");
            }
            if (message.contains("Cannot assign")) {
                return Optional.of(bind + " is no address of this machine: bind the proxy to one that is");
            }
            return Optional.of(where + " is taken by another process: choose another spec.port or stop that process");
        }
    }
}
