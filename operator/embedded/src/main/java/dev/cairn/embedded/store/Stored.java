package dev.cairn.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.ref.SoftReference;

/**
 * One stored state of an object, compared by identity. It is held as bytes; the tree, which takes about six times as much
 * memory, is dropped when memory runs short and made again when somebody asks for it.
 */
public final class Stored {
    private final Key key;
    private final long revision;
    private final byte[] json;
    private final String uid;
    private volatile SoftReference<ObjectNode> tree;

    /** @param json the same as {@code object}, as bytes; neither may be changed from now on */
    public Stored(Key key, long revision, ObjectNode object, byte[] json) {
        this.key = key;
        this.revision = revision;
        this.json = json;
        uid = Json.meta(object, "uid");
        tree = new SoftReference<>(object);
    }

    public Key key() {
        return key;
    }

    public long revision() {
        return revision;
    }

    public byte[] json() {
        return json;
    }

    /** The object's uid, empty when it has none. */
    public String uid() {
        return uid;
    }

    /** The tree; it is shared and must not be changed. */
    public ObjectNode object() {
        ObjectNode known = tree.get();
        if (known != null) {
            return known;
        }
        try {
            ObjectNode again = (ObjectNode) Json.parse(json);
            tree = new SoftReference<>(again);
            return again;
        } catch (IOException e) {
            throw new IllegalStateException(key.text() + " was stored as what is no JSON", e);
        }
    }

    /** As if memory had run short. */
    void dropTree() {
        tree.clear();
    }
}
