package dev.cairn.embedded.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.store.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** metadata.managedFields: which manager owns which fields. */
final class Ownership {
    /** Who owns; the same name owns separately by Apply and by Update, and per subresource. */
    record Owner(String manager, String operation, String subresource) {}

    /** What is owned, since when and in which version the manager spoke. */
    record Entry(String apiVersion, String time, Set<String> fields) {}

    private final Map<Owner, Entry> entries = new LinkedHashMap<>();

    static Ownership read(JsonNode managedFields) {
        Ownership ownership = new Ownership();
        for (JsonNode entry : managedFields) {
            if (entry.has("manager")) {
                Owner owner = new Owner(
                        entry.path("manager").asText(),
                        entry.path("operation").asText(),
                        entry.path("subresource").asText(""));
                ownership.entries.put(
                        owner,
                        new Entry(
                                entry.path("apiVersion").asText(),
                                entry.path("time").asText(),
                                Fields.read(entry.path("fieldsV1"))));
            }
        }
        return ownership;
    }

    /** Replaces the object's managedFields. */
    void writeTo(ObjectNode object) {
        ObjectNode metadata = Json.child(object, "metadata");
        if (entries.isEmpty()) {
            metadata.remove("managedFields");
            return;
        }
        ArrayNode array = metadata.putArray("managedFields");
        entries.forEach((owner, entry) -> {
            ObjectNode node = array.addObject()
                    .put("manager", owner.manager)
                    .put("operation", owner.operation)
                    .put("apiVersion", entry.apiVersion)
                    .put("time", entry.time)
                    .put("fieldsType", "FieldsV1");
            node.set("fieldsV1", Fields.write(entry.fields));
            if (!owner.subresource.isEmpty()) {
                node.put("subresource", owner.subresource);
            }
        });
    }

    Map<Owner, Entry> entries() {
        return entries;
    }

    Set<String> fieldsOf(Owner owner) {
        Entry entry = entries.get(owner);
        return entry == null ? Set.of() : entry.fields;
    }

    /** Gives an owner exactly these fields; an entry that stays the same keeps its time. */
    void set(Owner owner, String apiVersion, Set<String> fields, String now) {
        Entry old = entries.get(owner);
        if (fields.isEmpty()) {
            entries.remove(owner);
        } else if (old == null || !old.fields.equals(fields) || !old.apiVersion.equals(apiVersion)) {
            entries.put(owner, new Entry(apiVersion, now, fields));
        }
    }

    /** Takes fields away from everybody but one. */
    void takeFromOthers(Owner keeper, Predicate<String> taken) {
        entries.entrySet().removeIf(e -> {
            if (!e.getKey().equals(keeper)) {
                e.getValue().fields.removeIf(taken);
            }
            return e.getValue().fields.isEmpty();
        });
    }

    /** What anybody but one owns. */
    Set<String> ownedByOthers(Owner self) {
        Set<String> owned = new TreeSet<>();
        entries.forEach((owner, entry) -> {
            if (!owner.equals(self)) {
                owned.addAll(entry.fields);
            }
        });
        return owned;
    }
}
