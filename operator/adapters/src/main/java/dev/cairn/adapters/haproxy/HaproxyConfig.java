package dev.cairn.adapters.haproxy;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Renders haproxy.cfg. Pure: the same listeners and servers give the same text. */
final class HaproxyConfig {
    private static final String HEAD = """
            # Written by Cairn at every change of the listeners; edits are lost. The routes are in the running process.
            global
              # With one thread a switch is one instant: what was routed before it is counted as a session, what comes
              # after it is routed anew.
              nbthread 1
              # Systems that allow a billion open files would make it reserve memory for them.
              fd-hard-limit 40000
              # A replaced process ends when its last request has ended, or after this time.
              hard-stop-after 1h
              mworker-max-reloads 50
              stats socket %s mode 600 level admin expose-fd listeners
              stats timeout 30s
              server-state-file servers.state
            %s
            defaults
              mode http
              # No second chance that would hide an error in the order of switching and stopping.
              retries 0
              no option redispatch
              http-reuse safe
              timeout connect 3s
              timeout queue 3s
              timeout http-request 10s
              # Bounds also how long an idle connection keeps a replaced process alive.
              timeout http-keep-alive 60s
              # Slow answers, long polls and WebSockets may be silent for long.
              timeout client 1h
              timeout server 1h
              timeout tunnel 1h
              option clitcpka
              option srvtcpka
              # A replaced process answers one more request on an idle connection, instead of closing it just then.
              option idle-close-on-response
              load-server-state-from-file global
              http-error status 503 content-type text/plain string "no container is ready to answer here\\n"

            backend unrouted
              # The table must be loaded even when nothing listens.
              http-request set-var(txn.unused) str(-),map(routes.map)
              http-request return status 503 content-type text/plain string "no route leads from here\\n"
            """;

    private static final String LISTENER = """

            frontend f%1$d
              bind %2$s
              # A replaced process knows no later switch, so it passes what still comes on to its successor.
              use_backend next%1$d if { stopping }
              use_backend %%[str(:%1$d),map(routes.map),word(1,|)]
              default_backend unrouted

            backend next%1$d
              option forwardfor
              server next %3$s
            """;

    private HaproxyConfig() {}

    /**
     * The text of haproxy.cfg.
     *
     * @param commandSocket absolute path without white space
     * @param user whom the worker runs as; empty: as the one who starts it
     * @param bind address to listen on, or {@code *}
     * @param ports to listen on
     * @param servers what the new process takes over; those of other ports and disabled ones are left out
     */
    static String render(
            String commandSocket,
            Optional<String> user,
            String bind,
            Collection<Integer> ports,
            Collection<Server> servers) {
        String runAs =
                user.map(name -> "  user " + name + "\n  group " + name + "\n").orElse("");
        StringBuilder text = new StringBuilder(HEAD.formatted(commandSocket, runAs));
        List<Server> sorted = servers.stream()
                .filter(Server::enabled)
                .sorted(Comparator.comparing(Server::backend))
                .toList();
        SortedSet<Integer> inOrder = new TreeSet<>(ports);
        for (int port : inOrder) {
            text.append(LISTENER.formatted(port, target(bind, port), target(reachable(bind), port)));
            for (Pool pool : List.of(new Pool(port, 'a'), new Pool(port, 'b'))) {
                pool(text, pool, sorted);
            }
        }
        return text.toString();
    }

    private static void pool(StringBuilder text, Pool pool, List<Server> servers) {
        text.append("\nbackend ").append(pool).append("\n  balance roundrobin\n  option forwardfor\n");
        for (Server server : servers) {
            if (server.pool().equals(pool)) {
                text.append("  server ")
                        .append(ServerName.of(server.backend()))
                        .append(' ')
                        .append(target(server.ip(), server.backend().port()))
                        .append(' ')
                        .append(Worker.CHECK)
                        .append('\n');
            }
        }
    }

    /** Address and port as HAProxy reads them. */
    static String target(String address, int port) {
        return (address.contains(":") ? "ipv6@" : "") + address + ":" + port;
    }

    /** Where this machine reaches its own listener. */
    private static String reachable(String bind) {
        return switch (bind) {
            case "*", "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> bind;
        };
    }
}
