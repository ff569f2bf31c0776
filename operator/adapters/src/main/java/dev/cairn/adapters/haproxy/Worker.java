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

    private static final String SERVERS_STATE = "show servers state";

    /** HAProxy knows the map by the name of the file that it was loaded from. */
    static final String MAP = "routes.map";

    /** Half of HAProxy's buffer: what one command may carry. */
    private static final int PAYLOAD_LIMIT = 8_000;

    private static final Pattern CREATED = Pattern.compile("New version created: ([0-9]{1,18})");
    private static final Pattern VERSIONS =
            Pattern.compile("\\(" + Pattern.quote(MAP) + "\\).* curr_ver=([0-9]{1,18}) next_ver=([0-9]{1,18}) ");
    private static final Pattern TABLE =
            Pattern.compile("\\(" + Pattern.quote(MAP) + "\\).* (curr_ver=[0-9]+) next_ver=[0-9]+( entry_cnt=[0-9]+)");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern POINTER = Pattern.compile("0x[0-9a-f]+");

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

    /**
     * A version that was prepared.
     *
     * @param versions right after that
     */
    record Prepared(long version, Versions versions) {}

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
        String start = name + ": ";
        return info.lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .filter(value -> NUMBER.matcher(value).matches())
                .map(Long::valueOf)
                .findFirst()
                .orElseThrow(() -> new IOException("HAProxy does not tell its " + name));
    }

    Identity identity() {
        return identity;
    }

    /** Takes a new version of the map, empty so far. */
    Prepared prepare() throws IOException {
        List<String> answers = cli.askAll(List.of("prepare map " + MAP, "show map"));
        Matcher matcher = CREATED.matcher(answers.get(0));
        if (!matcher.matches()) {
            throw refused("prepare map", answers.get(0));
        }
        return new Prepared(Long.parseLong(matcher.group(1)), versions(answers.get(1)));
    }

    Versions versions() throws IOException {
        return versions(cli.ask("show map"));
    }

    private static Versions versions(String maps) throws IOException {
        Matcher matcher = VERSIONS.matcher(maps);
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
        List<String> answers =
                cli.askAll(List.of("show stat -1 4 -1", SERVERS_STATE, "show map " + MAP, "show stat -1 1 -1"));
        List<Server> servers = Stats.servers(answers.get(0), answers.get(1));
        return new Snapshot(lines(answers.get(2)), servers, Stats.listeners(answers.get(3)));
    }

    /** The map's lines in force, sorted by nothing but HAProxy's own order. */
    List<String> lines() throws IOException {
        return lines(cli.ask("show map " + MAP));
    }

    private static List<String> lines(String answer) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : answer.lines().toList()) {
            // 0x55d0c1a2b3c0 key value
            String[] words = line.split(" ", -1);
            if (words.length != 3 || !POINTER.matcher(words[0]).matches() || words[1].isEmpty() || words[2].isEmpty()) {
                throw new IOException("HAProxy printed an unexpected line of the route table");
            }
            lines.add(line.substring(words[0].length() + 1));
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
            obey("del map " + MAP + " " + line.substring(0, line.indexOf(' ')));
        }
        obey("add map " + MAP + " " + line);
    }

    /** In the form in which a new process takes it over from a file. */
    String serversState() throws IOException {
        return cli.ask(SERVERS_STATE);
    }

    /**
     * Puts the prepared version in force, with exactly these lines.
     *
     * @param version younger than the one in force: that very one, HAProxy would not refuse
     * @return false when a younger version was in force already
     */
    boolean commit(long version, List<String> lines) throws IOException {
        String target = "@" + version + " " + MAP;
        obey("clear map " + target);
        List<String> chunk = new ArrayList<>();
        int size = 0;
        for (String line : lines) {
            if (size + line.length() > PAYLOAD_LIMIT) {
                expect("", "add map", cli.ask("add map " + target, chunk));
                chunk.clear();
                size = 0;
            }
            chunk.add(line);
            size += line.length() + 1;
        }
        if (!chunk.isEmpty()) {
            expect("", "add map", cli.ask("add map " + target, chunk));
        }
        String answer = cli.ask("commit map " + target);
        if (answer.startsWith("Version number out of range")) {
            return false;
        }
        expect("", "commit map", answer);
        return true;
    }

    /**
     * A server to be added.
     *
     * @param answers whether it has accepted a connection just now, which is all that HAProxy's check asks: it is UP at
     *     once then, until a check of HAProxy's own says otherwise
     */
    record Addition(Pool pool, Backend backend, String ip, boolean answers) {}

    /** Adds servers that take requests as soon as their pool is chosen and their check passes. */
    void add(List<Addition> additions) throws IOException {
        List<String> commands = new ArrayList<>();
        for (Addition addition : additions) {
            Backend backend = addition.backend;
            String path = Server.path(addition.pool, backend);
            String target = HaproxyConfig.target(addition.ip, backend.port());
            commands.add("add server " + path + " " + target + " " + CHECK);
            commands.add("enable health " + path);
            commands.add("enable server " + path);
            if (addition.answers) {
                commands.add("set server " + path + " health up");
            }
        }
        obey(commands.toArray(String[]::new));
    }

    /** Lets a server take requests again; DOWN until a check has passed anew. */
    void enable(Server server) throws IOException {
        obey("set server " + server.path() + " state ready", "set server " + server.path() + " health down");
    }

    /** Neither a request nor a check goes to it from now on; those under way end there. It stays enabled. */
    void rest(Server server) throws IOException {
        obey("disable health " + server.path(), "set server " + server.path() + " health down");
    }

    /**
     * Checks a server again that rests.
     *
     * @param answers as for {@link Addition}
     */
    void wake(Server server, boolean answers) throws IOException {
        obey("enable health " + server.path());
        if (answers) {
            obey("set server " + server.path() + " health up");
        }
    }

    /** Ends what is under way at a server. */
    void disconnect(Server server) throws IOException {
        obey("shutdown sessions server " + server.path());
    }

    /**
     * Deletes servers, or at least disables them: no new request goes to them, and those under way end there.
     *
     * @return those that still have sessions
     */
    List<Server> delete(List<Server> servers) throws IOException {
        List<String> commands = new ArrayList<>();
        for (Server server : servers) {
            commands.add("set server " + server.path() + " state maint");
            commands.add("del server " + server.path());
        }
        List<String> answers = cli.askAll(commands);
        List<Server> busy = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            expect("", commands.get(2 * i), answers.get(2 * i));
            String answer = answers.get(2 * i + 1);
            if (answer.contains("still has connections")) {
                busy.add(servers.get(i));
            } else {
                expect("Server deleted.", "del server", answer);
            }
        }
        return busy;
    }

    private void obey(String... commands) throws IOException {
        List<String> answers = cli.askAll(List.of(commands));
        for (int i = 0; i < commands.length; i++) {
            expect(commands[i].startsWith("add server ") ? "New server registered." : "", commands[i], answers.get(i));
        }
    }

    private static void expect(String expected, String command, String answer) throws IOException {
        if (!answer.equals(expected)) {
            String[] words = command.split(" ");
            throw refused(words[0] + " " + words[1], answer);
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
