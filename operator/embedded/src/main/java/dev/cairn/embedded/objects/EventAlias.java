package dev.cairn.embedded.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.store.Json;
import java.util.Map;

/** events.k8s.io/v1 events are core events under other field names; they are stored as core ones. */
public final class EventAlias {
    private static final Map<String, String> CORE_NAMES = Map.of(
            "regarding", "involvedObject",
            "note", "message",
            "deprecatedCount", "count",
            "deprecatedFirstTimestamp", "firstTimestamp",
            "deprecatedLastTimestamp", "lastTimestamp",
            "deprecatedSource", "source",
            "reportingController", "reportingComponent");

    private EventAlias() {}

    public static boolean isAlias(Kind kind) {
        return kind.is("events.k8s.io", "events");
    }

    /** From what a client of the alias sent to what is stored. */
    public static ObjectNode in(Kind kind, ObjectNode object) {
        return isAlias(kind) ? rename(object, CORE_NAMES, "v1") : object;
    }

    /** From what is stored to what a client of the kind reads. */
    public static ObjectNode out(Kind kind, ObjectNode object) {
        if (!isAlias(kind)) {
            return object;
        }
        Map<String, String> back = new java.util.HashMap<>();
        CORE_NAMES.forEach((alias, core) -> back.put(core, alias));
        return rename(object, back, "events.k8s.io/v1");
    }

    private static ObjectNode rename(ObjectNode object, Map<String, String> names, String apiVersion) {
        ObjectNode result = Json.object();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            result.set(names.getOrDefault(field.getKey(), field.getKey()), field.getValue());
        }
        return result.put("apiVersion", apiVersion);
    }
}
