package dev.cairn.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and writes of one batch; sees its own writes, nobody else does before they are durable. */
public final class Transaction {
    private final Memory base;
    private final Map<String, Optional<Stored>> overlay = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private long revision;

    Transaction(Memory base, long revision) {
        this.base = base;
        this.revision = revision;
    }

    public @Nullable Stored get(Key key) {
        return get(key.text());
    }

    private @Nullable Stored get(String key) {
        Optional<Stored> own = overlay.get(key);
        return own == null ? base.objects.get(key) : own.orElse(null);
    }

    /** All objects of a kind by namespace and name; of all namespaces when {@code namespace} is null. */
    public List<Stored> list(String group, String plural, @Nullable String namespace) {
        List<Stored> result = base.list(group, plural, namespace);
        if (!overlay.isEmpty()) {
            result.removeIf(stored -> overlay.containsKey(stored.key().text()));
            overlay.values().stream()
                    .flatMap(Optional::stream)
                    .filter(stored -> stored.key().group().equals(group)
                            && stored.key().plural().equals(plural)
                            && (namespace == null || stored.key().namespace().equals(namespace)))
                    .forEach(result::add);
            result.sort(Comparator.comparing(stored -> stored.key().text()));
        }
        return result;
    }

    /** Every object in a namespace. */
    public List<Stored> inNamespace(String namespace) {
        Set<String> keys = new LinkedHashSet<>(base.objects.keySet());
        keys.addAll(overlay.keySet());
        return keys.stream()
                .filter(key -> Key.parse(key).namespace().equals(namespace))
                .map(this::get)
                .filter(stored -> stored != null)
                .toList();
    }

    /** Objects that name the uid in their owner references. */
    public List<Stored> ownedBy(String uid) {
        Set<String> keys = new LinkedHashSet<>(base.ownedBy(uid));
        keys.addAll(overlay.keySet());
        return keys.stream()
                .map(this::get)
                .filter(stored -> stored != null && stored.owners().contains(uid))
                .toList();
    }

    /** The object with the uid, or null. */
    public @Nullable Stored byUid(String uid) {
        String key = base.keyOf(uid);
        Stored known = key == null ? null : get(key);
        if (known != null && known.uid().equals(uid)) {
            return known;
        }
        return overlay.values().stream()
                .flatMap(Optional::stream)
                .filter(stored -> stored.uid().equals(uid))
                .findFirst()
                .orElse(null);
    }

    /** Stores the object under the next revision, which is written into its metadata. */
    public Stored put(Key key, ObjectNode object) {
        Stored before = get(key);
        Stored after = next(key, object);
        overlay.put(key.text(), Optional.of(after));
        changes.add(new Change(before == null ? Change.Type.ADDED : Change.Type.MODIFIED, before, after));
        return after;
    }

    /** Removes a stored object and returns its last state under the revision of the removal. */
    public Stored delete(Stored stored) {
        Stored last = next(stored.key(), stored.object().deepCopy());
        overlay.put(stored.key().text(), Optional.empty());
        changes.add(new Change(Change.Type.DELETED, stored, last));
        return last;
    }

    private Stored next(Key key, ObjectNode object) {
        revision++;
        Json.child(object, "metadata").put("resourceVersion", Long.toString(revision));
        return new Stored(key, revision, object, Json.bytes(object));
    }

    long revision() {
        return revision;
    }

    List<Change> changes() {
        return changes;
    }

    int mark() {
        return changes.size();
    }

    /** Takes back everything after the mark; revisions are not given twice. */
    void undoTo(int mark) {
        while (changes.size() > mark) {
            Change change = changes.remove(changes.size() - 1);
            overlay.put(change.after().key().text(), Optional.ofNullable(change.before()));
        }
    }
}
