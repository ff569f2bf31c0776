package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Row;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines of the map. A row is {@code :8080 p8080.a|default/webapp-prod|default/webapp}: HAProxy reads the first word,
 * the pool, which is {@code -} for a row without back ends; which back ends those are, the servers in the pool tell. A
 * stamp is {@code stamp/default/webapp-stack1 17}; no request can match its key.
 */
final class RowText {
    private static final Pattern KEY = Pattern.compile(":([1-9][0-9]{0,4})");
    private static final Pattern VALUE = Pattern.compile("([^|]+)\\|([^|/]+)/([^|/]+)\\|([^|/]+)/([^|/]+)");
    private static final Pattern STAMP = Pattern.compile("stamp/([^/]+)/([^/]+)");
    private static final Pattern GENERATION = Pattern.compile("[0-9]{1,18}");
    private static final String NO_POOL = "-";

    private RowText() {}

    /**
     * What a row's line says.
     *
     * @param pool null for a row without back ends
     */
    record Parsed(RouteKey key, @Nullable Pool pool, ObjectKey endpoint, ObjectKey service) {}

    static String row(RouteKey key, @Nullable Pool pool, Row row) {
        ServerName.checkKey(row.endpoint());
        ServerName.checkKey(row.service());
        return key + " " + (pool == null ? NO_POOL : pool) + "|" + row.endpoint() + "|" + row.service();
    }

    static String stamp(ObjectKey stack, long generation) {
        ServerName.checkKey(stack);
        return "stamp/" + stack + " " + generation;
    }

    /** Empty when the line is no row of ours, or leads to another listener's pool. */
    static Optional<Parsed> parseRow(String key, String value) {
        Matcher k = KEY.matcher(key);
        Matcher v = VALUE.matcher(value);
        if (!k.matches() || !v.matches()) {
            return Optional.empty();
        }
        RouteKey routeKey = new RouteKey(Integer.parseInt(k.group(1)));
        ObjectKey endpoint = new ObjectKey(v.group(2), v.group(3));
        ObjectKey service = new ObjectKey(v.group(4), v.group(5));
        if (v.group(1).equals(NO_POOL)) {
            return Optional.of(new Parsed(routeKey, null, endpoint, service));
        }
        return Pool.parse(v.group(1))
                .filter(pool -> pool.port() == routeKey.port())
                .map(pool -> new Parsed(routeKey, pool, endpoint, service));
    }

    /** The stack that a stamp's key names. */
    static Optional<ObjectKey> parseStamp(String key, String value) {
        Matcher k = STAMP.matcher(key);
        return k.matches() && GENERATION.matcher(value).matches()
                ? Optional.of(new ObjectKey(k.group(1), k.group(2)))
                : Optional.empty();
    }
}
