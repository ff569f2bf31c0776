package dev.cairn.embedded.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.kinds.Kinds;
import dev.cairn.embedded.objects.Remover.Propagation;
import dev.cairn.embedded.store.Change;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Key;
import dev.cairn.embedded.store.Store;
import dev.cairn.embedded.store.Stored;
import dev.cairn.embedded.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** What follows from a change: dependents without an owner go, and the content of deleted namespaces and definitions. */
public final class Collector implements Store.Listener {
    private static final Duration EVENT_LIFE = Duration.ofHours(1);

    /** A hundred services that change ten times in an hour; each is held in memory. */
    static final int MOST_EVENTS = 5_000;

    private final Kinds kinds;

    public Collector(Kinds kinds) {
        this.kinds = kinds;
    }

    @Override
    public void committed(List<Change> changes, Consumer<Consumer<Transaction>> later) {
        List<Change> relevant = changes.stream()
                .filter(change -> change.type() == Change.Type.DELETED
                        || change.after().isDeleting()
                        || !change.after().owners().isEmpty())
                .toList();
        if (!relevant.isEmpty()) {
            later.accept(tx -> follow(tx, relevant));
        }
    }

    private void follow(Transaction tx, List<Change> changes) {
        for (Change change : changes) {
            Stored now = change.type() == Change.Type.DELETED
                    ? null
                    : tx.get(change.after().key());
            if (now == null) {
                afterDeletion(tx, change.after());
            } else {
                collectIfOrphaned(tx, now);
                if (now.isDeleting()) {
                    deleteContent(tx, now);
                    Remover.releaseForeground(tx, now);
                }
            }
        }
        drainContainers(tx);
    }

    /** Does everything that a crash may have left undone. Run once, before the first request. */
    public void sweep(Transaction tx) {
        kinds.all()
                .forEach(kind -> tx.list(kind.group(), kind.plural(), null).forEach(stored -> {
                    collectIfOrphaned(tx, stored);
                    Stored now = tx.get(stored.key());
                    if (now != null && now.isDeleting()) {
                        deleteContent(tx, now);
                        Remover.releaseForeground(tx, now);
                    }
                }));
        drainContainers(tx);
    }

    private void afterDeletion(Transaction tx, Stored gone) {
        tx.ownedBy(gone.uid()).forEach(dependent -> {
            collectIfOrphaned(tx, dependent);
            Stored kept = tx.get(dependent.key());
            if (kept != null && !kept.isDeleting()) {
                Remover.disown(tx, kept, gone.uid());
            }
        });
        for (String uid : gone.owners()) {
            Stored owner = tx.byUid(uid);
            if (owner != null) {
                Remover.releaseForeground(tx, owner);
            }
        }
    }

    private void collectIfOrphaned(Transaction tx, Stored stored) {
        if (stored.owners().isEmpty() || stored.isDeleting()) {
            return;
        }
        for (JsonNode owner : stored.object().path("metadata").path("ownerReferences")) {
            if (mayLive(tx, stored, owner)) {
                return;
            }
        }
        Remover.delete(tx, stored, Propagation.BACKGROUND);
    }

    /** An owner of a kind that is not served here is left to others. */
    private boolean mayLive(Transaction tx, Stored dependent, JsonNode reference) {
        String apiVersion = reference.path("apiVersion").asText();
        String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        if (kinds.findKind(group, reference.path("kind").asText()).isEmpty()) {
            return true;
        }
        Stored owner = tx.byUid(reference.path("uid").asText());
        String namespace = owner == null ? "" : owner.key().namespace();
        return owner != null
                && (namespace.isEmpty() || namespace.equals(dependent.key().namespace()));
    }

    private void deleteContent(Transaction tx, Stored deleting) {
        for (Stored content : content(tx, deleting)) {
            if (!content.isDeleting()) {
                Remover.delete(tx, content, Propagation.BACKGROUND);
            }
        }
        if (Metadata.hasFinalizer(deleting.object(), Remover.FOREGROUND)) {
            for (Stored dependent : tx.ownedBy(deleting.uid())) {
                if (!dependent.isDeleting()) {
                    Remover.delete(tx, dependent, Propagation.FOREGROUND);
                }
            }
        }
    }

    private static List<Stored> content(Transaction tx, Stored container) {
        Key key = container.key();
        if (key.group().isEmpty() && key.plural().equals("namespaces")) {
            return tx.inNamespace(key.name());
        }
        if (key.group().equals(Kinds.CRD_GROUP)) {
            JsonNode spec = container.object().path("spec");
            return tx.list(
                    spec.path("group").asText(),
                    spec.path("names").path("plural").asText(),
                    null);
        }
        return List.of();
    }

    private static void drainContainers(Transaction tx) {
        List<Stored> containers = new java.util.ArrayList<>(tx.list("", "namespaces", null));
        containers.addAll(tx.list(Kinds.CRD_GROUP, Kinds.CRD_PLURAL, null));
        for (Stored container : containers) {
            if (container.isDeleting() && content(tx, container).isEmpty()) {
                Remover.releaseDrained(tx, container);
            }
        }
    }

    /** Deletes events that are older than an hour, and the oldest of those that are too many. */
    public static void expireEvents(Transaction tx) {
        String limit = Instant.now().minus(EVENT_LIFE).toString();
        List<Stored> events = tx.list("", "events", null);
        events.sort(Comparator.comparing(Collector::last));
        int tooMany = events.size() - MOST_EVENTS;
        for (int i = 0; i < events.size() && (i < tooMany || last(events.get(i)).compareTo(limit) < 0); i++) {
            tx.delete(events.get(i));
        }
    }

    /** When it was told last. */
    private static String last(Stored event) {
        String last = event.object().path("lastTimestamp").asText("");
        return last.isEmpty() || last.equals("null") ? Json.meta(event.object(), "creationTimestamp") : last;
    }
}
