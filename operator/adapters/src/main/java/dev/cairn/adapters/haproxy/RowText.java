package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Row;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines of the map. A row is {@code f8080/shop.example.com/api/ h17.a|default/webapp-prod|default/webapp}: HAProxy
 * looks for the longest key that its own text (frontend, host name, path and a slash) begins with, and reads the first
 * word of the value, the pool, which is {@code -} for a row without back ends; which back ends those are, the servers in
 * the pool tell. A row of a TCP listener has the key {@code t5432}. The others are no keys that a request can match:
 *
 * <ul>
 *   <li>{@code pair/h17 f8080/shop.example.com/api/}: whose pair of pools it is, also before there is a row
 *   <li>{@code f8080: *}: this frontend has rows; {@code *} when some are for all names of a domain, else {@code -}
 *   <li>{@code stamp/default/webapp-stack1 17}
 * </ul>
 */
final class RowText {
    private static final Pattern HTTP_KEY = Pattern.compile(
            "f([1-9][0-9]{0,4})/((?:\\*\\.)?[a-z0-9][-a-z0-9.]{0,252}|)(/|(?:/[A-Za-z0-9._~@:+,=-]+)+/)");
    private static final Pattern TCP_KEY = Pattern.compile("t([1-9][0-9]{0,4})");
    private static final Pattern VALUE = Pattern.compile("([^|]+)\\|([^|/]+)/([^|/]+)\\|([^|/]+)/([^|/]+)");
    private static final Pattern PAIR = Pattern.compile("pair/(h(?:0|[1-9][0-9]{0,4}))");
    private static final Pattern STAMP = Pattern.compile("stamp/([^/]+)/([^/]+)");
    private static final Pattern GENERATION = Pattern.compile("[0-9]{1,18}");
    private static final String NO_POOL = "-";

    /** More than any host name and path that are accepted; the pattern needs stack for each part of a path. */
    private static final int LONGEST_KEY = 600;

    private static final Memo<RouteKey> KEYS = new Memo<>(RowText::readKey);
    private static final Memo<Target> TARGETS = new Memo<>(RowText::readTarget);
    private static final Memo<ObjectKey> STAMPED = new Memo<>(RowText::readStamped);

    private RowText() {}

    /**
     * What a row's line says.
     *
     * @param pool null for a row without back ends
     */
    record Parsed(RouteKey key, @Nullable Pool pool, ObjectKey endpoint, ObjectKey service) {}

    /** Where a row leads to. */
    private record Target(@Nullable Pool pool, ObjectKey endpoint, ObjectKey service) {
        Parsed from(RouteKey key) {
            return new Parsed(key, pool, endpoint, service);
        }
    }

    /**
     * A key as HAProxy looks for it.
     *
     * @throws IllegalArgumentException when its host name or path holds anything unusual
     */
    static String key(RouteKey key) {
        boolean tcp = key.protocol() == Protocol.TCP;
        String text = tcp
                ? Pool.tcp(key.port())
                : "f" + key.port() + "/" + key.host() + (key.path().equals("/") ? "/" : key.path() + "/");
        if (!parseKey(text).filter(key::equals).isPresent()) {
            throw new IllegalArgumentException(
                    "'" + Brief.of(key.toString()) + "' is not a port with a host name and a path in plain form");
        }
        return text;
    }

    static Optional<RouteKey> parseKey(String text) {
        return KEYS.of(text);
    }

    private static Optional<RouteKey> readKey(String text) {
        if (text.length() > LONGEST_KEY) {
            return Optional.empty();
        }
        Matcher http = HTTP_KEY.matcher(text);
        if (http.matches()) {
            String path = http.group(3);
            return Optional.of(new RouteKey(
                    Integer.parseInt(http.group(1)),
                    http.group(2),
                    path.equals("/") ? path : path.substring(0, path.length() - 1)));
        }
        Matcher tcp = TCP_KEY.matcher(text);
        return tcp.matches() ? Optional.of(RouteKey.tcp(Integer.parseInt(tcp.group(1)))) : Optional.empty();
    }

    static String row(RouteKey key, @Nullable Pool pool, Row row) {
        ServerName.checkKey(row.endpoint());
        ServerName.checkKey(row.service());
        return key(key) + " " + (pool == null ? NO_POOL : pool) + "|" + row.endpoint() + "|" + row.service();
    }

    static String pair(String pair, RouteKey key) {
        return "pair/" + pair + " " + key(key);
    }

    static String port(int port, boolean wildcards) {
        return "f" + port + ": " + (wildcards ? "*" : "-");
    }

    static String stamp(ObjectKey stack, long generation) {
        ServerName.checkKey(stack);
        return "stamp/" + stack + " " + generation;
    }

    /** Empty when the line is no row of ours. */
    static Optional<Parsed> parseRow(String key, String value) {
        return parseKey(key).flatMap(routeKey -> TARGETS.of(value).map(target -> target.from(routeKey)));
    }

    private static Optional<Target> readTarget(String value) {
        Matcher v = VALUE.matcher(value);
        if (!v.matches()) {
            return Optional.empty();
        }
        ObjectKey endpoint = new ObjectKey(v.group(2), v.group(3));
        ObjectKey service = new ObjectKey(v.group(4), v.group(5));
        if (!ServerName.isKey(endpoint) || !ServerName.isKey(service)) {
            return Optional.empty();
        }
        if (v.group(1).equals(NO_POOL)) {
            return Optional.of(new Target(null, endpoint, service));
        }
        return Pool.parse(v.group(1)).map(pool -> new Target(pool, endpoint, service));
    }

    /** The pair of pools that a line gives to some key. */
    static Optional<String> parsePair(String key) {
        Matcher k = PAIR.matcher(key);
        return k.matches() ? Optional.of(k.group(1)) : Optional.empty();
    }

    /** The stack that a stamp's key names. */
    static Optional<ObjectKey> parseStamp(String key, String value) {
        return GENERATION.matcher(value).matches() ? STAMPED.of(key) : Optional.empty();
    }

    private static Optional<ObjectKey> readStamped(String key) {
        Matcher k = STAMP.matcher(key);
        return k.matches()
                ? Optional.of(new ObjectKey(k.group(1), k.group(2))).filter(ServerName::isKey)
                : Optional.empty();
    }
}
