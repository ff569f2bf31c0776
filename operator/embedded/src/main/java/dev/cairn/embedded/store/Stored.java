package dev.cairn.embedded.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stored state of an object, compared by identity. It is held as bytes; the tree, which takes about six times as much
 * memory, is dropped when memory runs short and made again when somebody asks for it.
 */
public final class Stored {
    private final Key key;
    private final long revision;
    private final byte[] json;
    private final String uid;
    private final List<String> owners;
    private final boolean deleting;
    private volatile SoftReference<@Nullable ObjectNode> tree;

    /** What is asked of all objects at the start, for which nobody should make ten thousand trees. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Head(Meta metadata) {
        @JsonIgnoreProperties(ignoreUnknown = true)
        private record Meta(
                long resourceVersion,
                @Nullable String uid,
                @Nullable String deletionTimestamp,
                @Nullable List<Owner> ownerReferences) {}

        @JsonIgnoreProperties(ignoreUnknown = true)
        private record Owner(String uid) {}
    }

    /** @param json the same as {@code object}, as bytes; neither may be changed from now on */
    public Stored(Key key, long revision, ObjectNode object, byte[] json) {
        this.key = key;
        this.revision = revision;
        this.json = json;
        uid = Json.meta(object, "uid");
        List<String> uids = new ArrayList<>();
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            uids.add(owner.path("uid").asText());
        }
        owners = List.copyOf(uids);
        deleting = !Json.meta(object, "deletionTimestamp").isEmpty();
        tree = new SoftReference<>(object);
    }

    /**
     * One that was stored by somebody else.
     *
     * @param json with its revision in it; may not be changed from now on
     * @throws IOException when it is no such JSON
     */
    Stored(Key key, byte[] json) throws IOException {
        Head.Meta meta = Json.parse(json, Head.class).metadata;
        this.key = key;
        this.revision = meta.resourceVersion;
        this.json = json;
        uid = meta.uid == null ? "" : meta.uid;
        owners = meta.ownerReferences == null
                ? List.of()
                : meta.ownerReferences.stream().map(Head.Owner::uid).toList();
        deleting = meta.deletionTimestamp != null;
        tree = new SoftReference<>(null);
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

    /** The uids that its owner references name. */
    public List<String> owners() {
        return owners;
    }

    /** Whether it is being deleted and waits for its finalizers. */
    public boolean isDeleting() {
        return deleting;
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
