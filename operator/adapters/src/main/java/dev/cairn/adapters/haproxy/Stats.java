package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the tables that HAProxy prints. Strict: a table that is not as expected is an error, never an empty table. */
final class Stats {
    /** Bit of srv_check_state: the check is not stopped. */
    private static final int CHECKED = 4;

    private static final Pattern IPV4 = Pattern.compile("[0-9.]+");
    private static final Pattern SESSION = Pattern.compile("(0x[0-9a-f]+): .* be=([^ ]+) srv=([^ ]+) .*");
    private static final Pattern FRONTEND = Pattern.compile("([ft])([1-9][0-9]{0,4})");

    private Stats() {}

    /** What {@code show stat} tells of one server. */
    private record Health(boolean up, int sessions) {}

    /**
     * The servers in our pools.
     *
     * @param stat answer to {@code show stat -1 4 -1}: health and sessions
     * @param state answer to {@code show servers state}: addresses and what was ordered
     */
    static List<Server> servers(String stat, String state) throws IOException {
        Map<String, Health> health = new HashMap<>();
        for (Row row : statRows(stat)) {
            health.put(row.get("pxname") + "/" + row.get("svname"), health(row));
        }
        List<Server> servers = new ArrayList<>();
        List<String> lines = state.lines().toList();
        if (lines.size() < 2 || !lines.get(0).equals("1") || !lines.get(1).startsWith("# be_id ")) {
            throw new IOException("HAProxy printed an unexpected list of servers");
        }
        Map<String, Integer> columns = columns(List.of(lines.get(1).substring(2).split(" ")));
        for (String line : lines.subList(2, lines.size())) {
            Row row = row(columns, line.split(" "));
            Health found = health.get(row.get("be_name") + "/" + row.get("srv_name"));
            if (found != null) {
                server(row, found).ifPresent(servers::add);
            }
        }
        return servers;
    }

    private static Optional<Server> server(Row row, Health health) throws IOException {
        Optional<Pool> pool = Pool.parse(row.get("be_name"));
        Optional<Backend> backend = ServerName.parse(row.get("srv_name"));
        if (pool.isEmpty() || backend.isEmpty()) {
            return Optional.empty();
        }
        String ip = row.get("srv_addr");
        String address = backend.get().address();
        // Somebody may have pointed the server elsewhere by hand: then it is not the one that its name promises.
        boolean genuine = number(row.get("srv_port")) == backend.get().port()
                && (!IPV4.matcher(address).matches() || address.equals(ip));
        boolean enabled = genuine && row.get("srv_admin_state").equals("0");
        boolean resting = enabled && (number(row.get("srv_check_state")) & CHECKED) == 0;
        return Optional.of(
                new Server(pool.get(), backend.get(), ip, enabled, enabled && health.up(), health.sessions(), resting));
    }

    /** Open and queued sessions per container, in one process; for one that is on its way out as well. */
    static Map<Backend, Integer> sessions(String stat) throws IOException {
        Map<Backend, Integer> sessions = new HashMap<>();
        for (Row row : statRows(stat)) {
            Optional<Backend> backend = ServerName.parse(row.get("svname"));
            int count = health(row).sessions();
            if (backend.isPresent() && Pool.parse(row.get("pxname")).isPresent() && count > 0) {
                sessions.merge(backend.get(), count, Integer::sum);
            }
        }
        return sessions;
    }

    /** The sessions of a container, as commands name them, from {@code show sess}. */
    static List<String> sessionsAt(String sessions, Owner owner) {
        List<String> found = new ArrayList<>();
        sessions.lines().map(SESSION::matcher).filter(Matcher::matches).forEach(session -> {
            boolean its = Pool.parse(session.group(2)).isPresent()
                    && ServerName.parse(session.group(3))
                            .filter(backend -> backend.owner().equals(owner))
                            .isPresent();
            if (its) {
                found.add(session.group(1));
            }
        });
        return found;
    }

    /** The ports of open frontends and what is spoken there, from {@code show stat -1 1 -1}. */
    static Map<Integer, Protocol> listeners(String stat) throws IOException {
        Map<Integer, Protocol> ports = new TreeMap<>();
        for (Row row : statRows(stat)) {
            var name = FRONTEND.matcher(row.get("pxname"));
            if (name.matches() && row.get("status").equals("OPEN")) {
                ports.put(Integer.parseInt(name.group(2)), name.group(1).equals("t") ? Protocol.TCP : Protocol.HTTP);
            }
        }
        return ports;
    }

    /**
     * A freshly enabled server claims to be {@code UP 1/3} before its first check; only a check that passed counts, or
     * a full UP before the first one, which nobody but {@link Worker#add} orders.
     */
    private static Health health(Row row) throws IOException {
        String status = row.get("status");
        String check = row.get("check_status");
        boolean up = status.startsWith("UP") && check.endsWith("L4OK") || status.equals("UP") && check.endsWith("INI");
        return new Health(up, number(row.get("scur")) + number(row.get("qcur")));
    }

    private static List<Row> statRows(String stat) throws IOException {
        if (!stat.startsWith("# pxname,svname,")) {
            throw new IOException("HAProxy printed unexpected statistics: " + firstLine(stat));
        }
        List<String> lines = stat.lines().toList();
        // The first columns, check_status included, hold no free text and hence no quoted comma.
        List<String> names = Arrays.asList(lines.get(0).substring(2).split(","));
        int count = names.indexOf("check_status") + 1;
        Map<String, Integer> columns = columns(names.subList(0, count));
        List<Row> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            rows.add(row(columns, line.split(",", count + 1)));
        }
        return rows;
    }

    /**
     * A line of a table.
     *
     * @param columns where to find them, the same for all lines
     */
    private record Row(Map<String, Integer> columns, String[] values) {
        String get(String column) throws IOException {
            Integer index = columns.get(column);
            if (index == null) {
                throw new IOException("HAProxy's table has no column " + column);
            }
            return values[index];
        }
    }

    private static Map<String, Integer> columns(List<String> names) {
        Map<String, Integer> columns = new HashMap<>();
        names.forEach(name -> columns.put(name, columns.size()));
        return columns;
    }

    private static Row row(Map<String, Integer> columns, String[] values) throws IOException {
        if (values.length < columns.size()) {
            throw new IOException("HAProxy printed a line that is cut off");
        }
        return new Row(columns, values);
    }

    private static int number(String text) throws IOException {
        try {
            return text.isEmpty() ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IOException("HAProxy printed '" + Brief.of(text) + "' where a number belongs", e);
        }
    }

    private static String firstLine(String text) {
        return Brief.of(text.lines().findFirst().orElse("nothing"));
    }
}
