package dev.cairn.core.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The one table that the proxy switches as a whole.
 *
 * @param rows by what a request must match
 * @param stamps per ServiceStack the metadata.generation that the rows were derived from
 */
public record RouteTable(SortedMap<RouteKey, Row> rows, SortedMap<ObjectKey, Long> stamps) {
    /** A table without rows. */
    public static final RouteTable EMPTY = new RouteTable(new TreeMap<>(), new TreeMap<>());

    public RouteTable {
        rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
        stamps = Collections.unmodifiableSortedMap(new TreeMap<>(stamps));
    }
}
