package dev.cairn.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One stored state of an object. The tree is shared and must not be changed; {@code json} is the same as bytes. */
@SuppressWarnings("ArrayRecordComponent") // compared by identity only
public record Stored(Key key, long revision, ObjectNode object, byte[] json) {
    /** The object's uid, empty when it has none. */
    public String uid() {
        return object.path("metadata").path("uid").asText();
    }
}
