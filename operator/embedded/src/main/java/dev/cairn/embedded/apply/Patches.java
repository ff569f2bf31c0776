package dev.cairn.embedded.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.store.Json;
import java.util.Map;

/** JSON patch (RFC 6902), merge patch (RFC 7386), and strategic merge patch as far as the built-in kinds need it. */
public final class Patches {
    /** The lists of the built-in kinds that a strategic patch merges, and the key of each. */
    private static final Map<String, String> MERGED =
            Map.of("finalizers", "", "ownerReferences", "uid", "webhooks", "name", "matchConditions", "name");

    private Patches() {}

    public static ObjectNode json(ObjectNode object, JsonNode patch) {
        return JsonPatch.apply(object, patch);
    }

    public static ObjectNode merge(ObjectNode object, JsonNode patch) {
        ObjectNode result = object.deepCopy();
        mergeInto(result, asObject(patch), false);
        return result;
    }

    /** As a merge patch, with some lists merged too. */
    public static ObjectNode strategic(ObjectNode object, JsonNode patch) {
        ObjectNode result = object.deepCopy();
        mergeInto(result, asObject(patch), true);
        return result;
    }

    private static ObjectNode asObject(JsonNode patch) {
        if (patch instanceof ObjectNode object) {
            return object;
        }
        throw ApiError.badRequest("a merge patch must be an object");
    }

    private static void mergeInto(ObjectNode target, ObjectNode patch, boolean strategic) {
        if (strategic && patch.path("$patch").asText().equals("replace")) {
            target.removeAll();
        }
        patch.properties().forEach(entry -> {
            String name = entry.getKey();
            JsonNode value = entry.getValue();
            if (strategic && name.startsWith("$")) {
                deleteFromList(target, name, value);
            } else if (value.isNull()
                    || (strategic && value.path("$patch").asText().equals("delete"))) {
                target.remove(name);
            } else if (value instanceof ObjectNode object) {
                mergeInto(Json.child(target, name), object, strategic);
            } else if (strategic
                    && value instanceof ArrayNode added
                    && target.get(name) instanceof ArrayNode list
                    && MERGED.containsKey(name)) {
                mergeList(list, added, MERGED.get(name));
            } else {
                target.set(name, value);
            }
        });
    }

    /**
     * Adds what is not there.
     *
     * @param key the field by which objects are the same one, and then merged; empty for plain values
     */
    private static void mergeList(ArrayNode list, ArrayNode added, String key) {
        for (JsonNode item : added) {
            JsonNode wanted = identity(item, key);
            int at = list.size() - 1;
            while (at >= 0 && !identity(list.get(at), key).equals(wanted)) {
                at--;
            }
            if (item.path("$patch").asText().equals("delete")) {
                list.remove(at);
            } else if (at < 0) {
                list.add(item);
            } else if (list.get(at) instanceof ObjectNode known && item instanceof ObjectNode changes) {
                mergeInto(known, changes, true);
            }
        }
    }

    private static JsonNode identity(JsonNode item, String key) {
        return key.isEmpty() ? item : item.path(key);
    }

    private static void deleteFromList(ObjectNode target, String directive, JsonNode values) {
        String prefix = "$deleteFromPrimitiveList/";
        if (directive.startsWith(prefix)
                && target.get(directive.substring(prefix.length())) instanceof ArrayNode list) {
            for (JsonNode value : values) {
                for (int i = list.size() - 1; i >= 0; i--) {
                    if (list.get(i).equals(value)) {
                        list.remove(i);
                    }
                }
            }
        }
    }
}
