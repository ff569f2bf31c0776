package dev.cairn.core.model;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One row of the route table.
 *
 * @param endpoint the endpoint that asked for it
 * @param service the service behind it
 * @param backends where requests go; may be empty
 */
public record Row(ObjectKey endpoint, ObjectKey service, SortedSet<Backend> backends) {
    public Row {
        backends = Collections.unmodifiableSortedSet(new TreeSet<>(backends));
    }

    public Row(ObjectKey endpoint, ObjectKey service, Collection<Backend> backends) {
        this(endpoint, service, new TreeSet<>(backends));
    }
}
