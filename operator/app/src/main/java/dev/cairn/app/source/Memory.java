package dev.cairn.app.source;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one folder, across restarts.
 *
 * @param applied what was last applied from it, and is its own therefore
 * @param refused what could not be applied and why; not needed to decide, but to tell others
 */
record Memory(Map<ObjectId, Applied> applied, Map<ObjectId, Refused> refused) {
    static final Memory EMPTY = new Memory(Map.of(), Map.of());

    /**
     * @param hash of the document that was last applied
     * @param fields hash of the fields that were the source's own after that; null where nobody has remembered it
     */
    record Applied(String apiVersion, String hash, @Nullable String fields) {}

    /**
     * @param hash of the document that was refused
     * @param lasting whether the same document would be refused again
     */
    record Refused(String hash, String file, String message, boolean lasting) {}

    Memory {
        applied = Map.copyOf(applied);
        refused = Map.copyOf(refused);
    }

    Memory withApplied(Document document, @Nullable String fields) {
        Map<ObjectId, Applied> more = new TreeMap<>(applied);
        more.put(document.id(), new Applied(document.apiVersion(), document.hash(), fields));
        return new Memory(more, without(refused, document.id()));
    }

    Memory withRefused(ObjectId id, Refused refusal) {
        Map<ObjectId, Refused> more = new TreeMap<>(refused);
        more.put(id, refusal);
        return new Memory(applied, more);
    }

    Memory without(ObjectId id) {
        return new Memory(without(applied, id), without(refused, id));
    }

    /** Forgets refusals of what is not declared any more. */
    Memory withRefusalsOf(java.util.Set<ObjectId> declared) {
        Map<ObjectId, Refused> fewer = new TreeMap<>(refused);
        fewer.keySet().retainAll(declared);
        return new Memory(applied, fewer);
    }

    private static <V> Map<ObjectId, V> without(Map<ObjectId, V> map, ObjectId id) {
        Map<ObjectId, V> fewer = new TreeMap<>(map);
        fewer.remove(id);
        return fewer;
    }
}
