package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Renders haproxy.cfg. Pure: the same listeners and servers give the same text. */
final class HaproxyConfig {
    /** Pairs of pools to begin with: HAProxy cannot add pools while it runs, and an empty one takes 10 KB. */
    static final int FIRST_PAIRS = 256;

    /** What one look at HAProxy can take in. */
    static final int MOST_PAIRS = 4 * FIRST_PAIRS;

    /** Wildcards of more labels are refused by the API: {@code *.a.b.c.d.e.f.g.h} has eight below the star. */
    private static final int MOST_WILDCARD_LABELS = 8;

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
              log ring@failed len 1024 format timed local0 err
              stats socket %s mode 600 level admin expose-fd listeners
              stats timeout 30s
              server-state-file servers.state
            %s
            # What failed lately, some hundred lines in memory: show events failed.
            ring failed
              format timed
              maxlen 1024
              size 262144

            defaults http
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

            defaults tcp
              mode tcp
              retries 0
              no option redispatch
              timeout connect 3s
              timeout queue 3s
              timeout client 1h
              timeout server 1h
              option clitcpka
              option srvtcpka
              load-server-state-from-file global

            # A request takes the row of its own host name, else of the longest wildcard, else the one for every name;
            # each time the one with the longest path. The slash at the end keeps /api from matching /apix.
            defaults routed from http
              log global
              # As option httplog, without the query: it may hold secrets.
              log-format "%%ci:%%cp [%%tr] %%ft %%b/%%s %%TR/%%Tw/%%Tc/%%Tr/%%Ta %%ST %%B %%CC %%CS %%tsc %%ac/%%fc/%%bc/%%sc/%%rc %%sq/%%bq %%hr %%hs %%HM %%HP %%HV"
              option dontlog-normal
              option log-separate-errors
              http-request set-var(txn.host) req.hdr(host),host_only,rtrim(.),lower
              http-request set-var(txn.path) path
              http-request set-var(txn.port) fe_name,concat(:),map(routes.map)
              http-request set-var(txn.row) fe_name,concat(/,txn.host),concat(,txn.path,/),map_beg(routes.map)
            """;

    /** The last labels of the host name, one less each time; what is longer than the name is the whole of it. */
    private static final String WILDCARD = """
              http-request set-var(txn.base) var(txn.host),field(-1,.,%d),field(2,.,0) if { var(txn.port) -m str * } !{ var(txn.row) -m found }
              http-request set-var(txn.row) fe_name,concat(/*.,txn.base),concat(,txn.path,/),map_beg(routes.map) if { var(txn.port) -m str * } !{ var(txn.row) -m found }
            """;

    private static final String REST = """
              http-request set-var(txn.row) fe_name,concat(/,txn.none),concat(,txn.path,/),map_beg(routes.map) if !{ var(txn.row) -m found }

            defaults pool from http
              balance roundrobin
              option forwardfor

            backend unrouted from http
              # The table must be loaded even when nothing listens.
              http-request set-var(txn.unused) str(-),map(routes.map)
              # A row without a pool is a route without a container: that is no 404.
              http-request return status 404 content-type text/plain string "nothing is routed at this host name and path\\n" if { var(txn.port) -m found } !{ var(txn.row) -m found }
              http-request return status 503 content-type text/plain string "no container is ready to answer here\\n" if { var(txn.row) -m found }
              http-request return status 503 content-type text/plain string "no route leads from here\\n"

            backend closed from tcp
            """;

    private static final String HTTP_LISTENER = """

            frontend f%1$d from routed
              bind %2$s
              # A replaced process knows no later switch, so it passes what still comes on to its successor.
              use_backend next%1$d if { stopping }
              use_backend %%[var(txn.row),word(1,|)]
              default_backend unrouted

            backend next%1$d from http
              option forwardfor
              server next %3$s
            """;

    private static final String TCP_LISTENER = """

            frontend t%1$d from tcp
              bind %2$s
              log global
              option tcplog
              option dontlog-normal
              option log-separate-errors
              use_backend next%1$d if { stopping }
              use_backend %%[fe_name,map(routes.map),word(1,|)]
              default_backend closed

            backend next%1$d from tcp
              server next %3$s
            """;

    private HaproxyConfig() {}

    /** How many pairs come after that many. */
    static int morePairs(int pairs) {
        return Math.max(FIRST_PAIRS, 2 * pairs);
    }

    /**
     * The text of haproxy.cfg.
     *
     * @param commandSocket absolute path without white space
     * @param user whom the worker runs as; empty: as the one who starts it
     * @param bind address to listen on, or {@code *}
     * @param ports to listen on, and what is spoken there
     * @param pairs how many pairs of pools the rows of HTTP listeners can have
     * @param servers what the new process takes over; disabled ones are left out
     */
    static String render(
            String commandSocket,
            Optional<String> user,
            String bind,
            Map<Integer, Protocol> ports,
            int pairs,
            Collection<Server> servers) {
        String runAs =
                user.map(name -> "  user " + name + "\n  group " + name + "\n").orElse("");
        StringBuilder text = new StringBuilder(HEAD.formatted(commandSocket, runAs));
        for (int labels = MOST_WILDCARD_LABELS; labels > 0; labels--) {
            text.append(WILDCARD.formatted(labels + 1));
        }
        text.append(REST);
        List<String> tcp = new ArrayList<>();
        new TreeMap<>(ports).forEach((port, protocol) -> {
            String listener = protocol == Protocol.TCP ? TCP_LISTENER : HTTP_LISTENER;
            text.append(listener.formatted(port, target(bind, port), target(reachable(bind), port)));
            if (protocol == Protocol.TCP) {
                tcp.add(Pool.tcp(port));
            }
        });
        List<Server> sorted = servers.stream()
                .filter(Server::enabled)
                .sorted(Comparator.comparing(Server::backend))
                .toList();
        text.append('\n');
        tcp.forEach(pair -> pair(text, pair, "tcp\n  balance roundrobin", sorted));
        for (int number = 0; number < pairs; number++) {
            pair(text, Pool.http(number), "pool", sorted);
        }
        return text.toString();
    }

    private static void pair(StringBuilder text, String pair, String defaults, List<Server> servers) {
        for (Pool pool : Pool.both(pair)) {
            text.append("backend ")
                    .append(pool)
                    .append(" from ")
                    .append(defaults)
                    .append('\n');
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
