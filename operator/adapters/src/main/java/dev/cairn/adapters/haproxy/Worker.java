package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.RouteKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A conversation with the worker process that takes new requests. */
final class Worker implements AutoCloseable {
    /**
     * The first check comes after 50 ms and, as any that passes, makes a server UP; three failing ones (1 s, then 0.1 s
     * apart) make it DOWN.
     */
    static final String CHECK = "check inter 1s fastinter 100ms downinter 50ms rise 1 fall 3";

    /** HAProxy knows the map by the name of the file that it was loaded from. */
    static final String MAP = "routes.map";

    /** Half of HAProxy's buffer: what one command may carry. */
    private static final int PAYLOAD_LIMIT = 8_000;

    private static final Pattern CREATED = Pattern.compile("New version created: ([0-9]{1,18})");
    private static final Pattern VERSIONS =
            Pattern.compile("\\(" + Pattern.quote(MAP) + "\\).* curr_ver=([0-9]{1,18}) next_ver=([0-9]{1,18}) ");
    private static final Pattern TABLE =
            Pattern.compile("\\(" + Pattern.quote(MAP) + "\\).* (curr_ver=[0-9]+) next_ver=[0-9]+( entry_cnt=[0-9]+)");

    private static final Pattern MAP_LINE = Pattern.compile("0x[0-9a-f]+ ([^ ]+ [^ ]+)");

    private final Cli cli;
    private final Identity identity;

    private Worker(Cli cli, Identity identity) {
        this.cli = cli;
        this.identity = identity;
    }

    /**
     * Which process it is. Versions of the map start anew with each one.
     *
     * @param pid its process id
     * @param started seconds since 1970
     */
    record Identity(long pid, long started) {}

    /**
     * Versions of the map.
     *
     * @param current the one in force
     * @param next the highest that anybody prepared
     */
    record Versions(long current, long next) {}

    static Worker open(Path socket) throws IOException {
        Cli cli = Cli.open(socket);
        try {
            String info = cli.ask("show info");
            return new Worker(cli, new Identity(field(info, "Pid"), field(info, "Start_time_sec")));
        } catch (IOException | RuntimeException e) {
            cli.close();
            throw e;
        }
    }

    /** One number of {@code show info}. */
    static long field(String info, String name) throws IOException {
        Matcher matcher = Pattern.compile("(?m)^" + name + ": ([0-9]{1,18})$").matcher(info);
        if (!matcher.find()) {
            throw new IOException("HAProxy does not tell its " + name);
        }
        return Long.parseLong(matcher.group(1));
    }

    Identity identity() {
        return identity;
    }

    /** Takes a new version of the map, empty so far. */
    long prepare() throws IOException {
        String answer = cli.ask("prepare map " + MAP);
        Matcher matcher = CREATED.matcher(answer);
        if (!matcher.matches()) {
            throw refused("prepare map", answer);
        }
        return Long.parseLong(matcher.group(1));
    }

    Versions versions() throws IOException {
        Matcher matcher = VERSIONS.matcher(cli.ask("show map"));
        if (!matcher.find()) {
            throw new IOException("HAProxy has no route table");
        }
        return new Versions(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    /** Which version of the table is in force and how many lines it has. */
    String table() throws IOException {
        return table(cli.ask("show map"));
    }

    /** The same from an answer to {@code show map}. */
    static String table(String maps) throws IOException {
        Matcher matcher = TABLE.matcher(maps);
        if (!matcher.find()) {
            throw new IOException("HAProxy has no route table");
        }
        return matcher.group(1) + matcher.group(2);
    }

    Snapshot snapshot() throws IOException {
        List<Server> servers = Stats.servers(cli.ask("show stat -1 4 -1"), serversState());
        return new Snapshot(lines(), servers, Stats.listeners(cli.ask("show stat -1 1 -1")));
    }

    /** The map's lines in force, sorted by nothing but HAProxy's own order. */
    List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : cli.ask("show map " + MAP).lines().toList()) {
            Matcher matcher = MAP_LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IOException("HAProxy printed an unexpected line of the route table");
            }
            lines.add(matcher.group(1));
        }
        return lines;
    }

    /** The pairs of pools that rows of HTTP listeners can have: as many as the configuration has. */
    Set<String> pairs() throws IOException {
        Set<String> pairs = new TreeSet<>();
        cli.ask("show backend")
                .lines()
                .forEach(name -> Pool.parse(name)
                        .filter(pool -> pool.pair().startsWith("h"))
                        .ifPresent(pool -> pairs.add(pool.pair())));
        return pairs;
    }

    /** Gives a pair of pools to a key, at once and in the version in force; a switch carries it on. */
    void give(String pair, RouteKey key, boolean givenBefore) throws IOException {
        String line = RowText.pair(pair, key);
        if (givenBefore) {
            expectSilence("del map", cli.ask("del map " + MAP + " " + line.substring(0, line.indexOf(' '))));
        }
        expectSilence("add map", cli.ask("add map " + MAP + " " + line));
    }

    /** In the form in which a new process takes it over from a file. */
    String serversState() throws IOException {
        return cli.ask("show servers state");
    }

    /**
     * Puts the prepared version in force, with exactly these lines.
     *
     * @param version younger than the one in force: that very one, HAProxy would not refuse
     * @return false when a younger version was in force already
     */
    boolean commit(long version, List<String> lines) throws IOException {
        String target = "@" + version + " " + MAP;
        expectSilence("clear map", cli.ask("clear map " + target));
        List<String> chunk = new ArrayList<>();
        int size = 0;
        for (String line : lines) {
            if (size + line.length() > PAYLOAD_LIMIT) {
                expectSilence("add map", cli.ask("add map " + target, chunk));
                chunk.clear();
                size = 0;
            }
            chunk.add(line);
            size += line.length() + 1;
        }
        if (!chunk.isEmpty()) {
            expectSilence("add map", cli.ask("add map " + target, chunk));
        }
        String answer = cli.ask("commit map " + target);
        if (answer.startsWith("Version number out of range")) {
            return false;
        }
        expectSilence("commit map", answer);
        return true;
    }

    /**
     * Adds a server that takes requests as soon as its pool is chosen and its check passes.
     *
     * @param answers whether it has accepted a connection just now, which is all that HAProxy's check asks: it is UP at
     *     once then, until a check of HAProxy's own says otherwise
     */
    void add(Pool pool, Backend backend, String ip, boolean answers) throws IOException {
        String path = Server.path(pool, backend);
        String answer = cli.ask("add server " + path + " " + HaproxyConfig.target(ip, backend.port()) + " " + CHECK);
        if (!answer.equals("New server registered.")) {
            throw refused("add server", answer);
        }
        expectSilence("enable health", cli.ask("enable health " + path));
        expectSilence("enable server", cli.ask("enable server " + path));
        if (answers) {
            expectSilence("set server health", cli.ask("set server " + path + " health up"));
        }
    }

    /** Lets a server take requests again; DOWN until a check has passed anew. */
    void enable(Server server) throws IOException {
        expectSilence("set server state", cli.ask("set server " + server.path() + " state ready"));
        expectSilence("set server health", cli.ask("set server " + server.path() + " health down"));
    }

    /** No new request goes to it; those under way end there. */
    void disable(Server server) throws IOException {
        expectSilence("set server state", cli.ask("set server " + server.path() + " state maint"));
    }

    /** Neither a request nor a check goes to it from now on; those under way end there. It stays enabled. */
    void rest(Server server) throws IOException {
        expectSilence("disable health", cli.ask("disable health " + server.path()));
        expectSilence("set server health", cli.ask("set server " + server.path() + " health down"));
    }

    /**
     * Checks a server again that rests.
     *
     * @param answers as for {@link #add}
     */
    void wake(Server server, boolean answers) throws IOException {
        expectSilence("enable health", cli.ask("enable health " + server.path()));
        if (answers) {
            expectSilence("set server health", cli.ask("set server " + server.path() + " health up"));
        }
    }

    /** Ends what is under way at a server. */
    void disconnect(Server server) throws IOException {
        expectSilence("shutdown sessions", cli.ask("shutdown sessions server " + server.path()));
    }

    /**
     * Deletes a disabled server.
     *
     * @return false when it still has sessions
     */
    boolean delete(Server server) throws IOException {
        String answer = cli.ask("del server " + server.path());
        if (answer.contains("still has connections")) {
            return false;
        }
        if (!answer.equals("Server deleted.")) {
            throw refused("del server", answer);
        }
        return true;
    }

    private static void expectSilence(String command, String answer) throws IOException {
        if (!answer.isEmpty()) {
            throw refused(command, answer);
        }
    }

    private static IOException refused(String command, String answer) {
        String line = Brief.of(answer.lines().findFirst().orElse("(no answer)"));
        return new IOException("HAProxy refused '" + command + "': " + line);
    }

    @Override
    public void close() throws IOException {
        cli.close();
    }
}
