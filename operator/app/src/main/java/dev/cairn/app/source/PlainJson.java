package dev.cairn.app.source;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Copies what a YAML parser has made into plain JSON values with sorted keys. Aliases are written out on the way, so the
 * bounds here are what keeps a small file from becoming a huge object.
 */
final class PlainJson {
    private static final int MAX_DEPTH = 64;

    private static final int MAX_VALUES = 200_000;

    private int values;

    private PlainJson() {}

    /** The copy of one document. */
    static @Nullable Object copy(@Nullable Object value) throws BadFile {
        return new PlainJson().copy(value, 0);
    }

    private @Nullable Object copy(@Nullable Object value, int depth) throws BadFile {
        values++;
        if (values > MAX_VALUES) {
            throw new BadFile("it has more than " + MAX_VALUES + " values when its aliases are written out");
        }
        if (depth > MAX_DEPTH) {
            throw new BadFile("it is nested more than " + MAX_DEPTH + " levels deep");
        }
        if (value instanceof Map<?, ?> map) {
            return map(map, depth);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            for (Object item : list) {
                copy.add(copy(item, depth + 1));
            }
            return Collections.unmodifiableList(copy);
        }
        return scalar(value);
    }

    private Map<String, @Nullable Object> map(Map<?, ?> map, int depth) throws BadFile {
        Map<String, @Nullable Object> copy = new TreeMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object key = entry.getKey();
            if (!(key instanceof String) && !(key instanceof Number) && !(key instanceof Boolean)) {
                throw new BadFile("a key of a map is not a string");
            }
            copy.put(key.toString(), copy(entry.getValue(), depth + 1));
        }
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object scalar(@Nullable Object value) throws BadFile {
        if (value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof BigInteger
                || (value instanceof Double number && Double.isFinite(number))) {
            return value;
        }
        throw new BadFile("the value " + value + " does not exist in JSON");
    }
}
