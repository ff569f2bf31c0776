package dev.cairn.embedded.store;

import org.jspecify.annotations.Nullable;

/**
 * One durable change, in the order of revisions.
 *
 * @param before null when the object was added
 * @param after the new state; for a deletion the last state with the revision of the deletion
 */
public record Change(Type type, @Nullable Stored before, Stored after) {
    /** The words of the watch protocol. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
