package dev.cairn.embedded.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.Kinds;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Key;
import dev.cairn.embedded.store.Stored;
import dev.cairn.embedded.store.Transaction;

/** Takes objects away, or marks them while finalizers hold them. */
final class Remover {
    static final String FOREGROUND = "foregroundDeletion";
    private static final String DRAIN = "cairn.dev/drain-content"; // set by this server only, never a client's

    /** What happens to dependents. */
    enum Propagation {
        BACKGROUND,
        FOREGROUND,
        ORPHAN
    }

    private Remover() {}

    /** Whether an object holds others, which go before it. */
    private static boolean isContainer(Key key) {
        return (key.group().isEmpty() && key.plural().equals("namespaces"))
                || (key.group().equals(Kinds.CRD_GROUP) && key.plural().equals(Kinds.CRD_PLURAL));
    }

    /** Deletes, or marks as deleting; returns the last state. */
    static Stored delete(Transaction tx, Stored stored, Propagation propagation) {
        ObjectNode object = stored.object().deepCopy();
        if (propagation == Propagation.ORPHAN) {
            tx.ownedBy(stored.uid()).forEach(dependent -> disown(tx, dependent, stored.uid()));
        }
        if (propagation == Propagation.FOREGROUND) { // the collector takes it off again when nothing blocks
            Metadata.addFinalizer(object, FOREGROUND);
        }
        if (isContainer(stored.key())) {
            Metadata.addFinalizer(object, DRAIN);
        }
        if (!Metadata.hasFinalizers(object)) {
            return tx.delete(stored);
        }
        if (!Metadata.isDeleting(object)) {
            ObjectNode metadata = Json.child(object, "metadata");
            metadata.put("deletionTimestamp", Metadata.now()).put("deletionGracePeriodSeconds", 0);
            if (metadata.has("generation")) {
                metadata.put("generation", metadata.path("generation").asInt() + 1);
            }
            if (stored.key().plural().equals("namespaces")
                    && stored.key().group().isEmpty()) {
                Json.child(object, "status").put("phase", "Terminating");
            }
        }
        return object.equals(stored.object()) ? stored : tx.put(stored.key(), object);
    }

    /** Whether a dependent still holds up a foreground deletion. */
    static boolean hasBlocking(Transaction tx, String uid) {
        for (Stored dependent : tx.ownedBy(uid)) {
            for (JsonNode owner : dependent.object().path("metadata").path("ownerReferences")) {
                if (owner.path("uid").asText().equals(uid)
                        && owner.path("blockOwnerDeletion").asBoolean()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Removes one owner reference. */
    static void disown(Transaction tx, Stored stored, String uid) {
        ObjectNode object = stored.object().deepCopy();
        if (object.path("metadata").get("ownerReferences") instanceof ArrayNode owners) {
            for (int i = owners.size() - 1; i >= 0; i--) {
                if (owners.path(i).path("uid").asText().equals(uid)) {
                    owners.remove(i);
                }
            }
            if (owners.isEmpty()) {
                Json.child(object, "metadata").remove("ownerReferences");
            }
            tx.put(stored.key(), object);
        }
    }

    /** Takes a finalizer of the server off; the object goes when it was the last. */
    private static void release(Transaction tx, Stored stored, String finalizer) {
        if (stored.isDeleting() && Metadata.hasFinalizer(stored.object(), finalizer)) {
            ObjectNode object = stored.object().deepCopy();
            Metadata.removeFinalizer(object, finalizer);
            if (Metadata.hasFinalizers(object)) {
                tx.put(stored.key(), object);
            } else {
                tx.delete(stored);
            }
        }
    }

    static void releaseForeground(Transaction tx, Stored owner) {
        if (!hasBlocking(tx, owner.uid())) {
            release(tx, owner, FOREGROUND);
        }
    }

    static void releaseDrained(Transaction tx, Stored container) {
        release(tx, container, DRAIN);
    }
}
