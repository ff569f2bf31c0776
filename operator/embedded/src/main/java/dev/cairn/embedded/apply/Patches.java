package dev.cairn.embedded.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.store.Json;

/** JSON patch (RFC 6902), merge patch (RFC 7386), and strategic merge patch as far as the built-in kinds need it. */
public final class Patches {
    private Patches() {}

    public static ObjectNode json(ObjectNode object, JsonNode patch) {
        return JsonPatch.apply(object, patch);
    }

    public static ObjectNode merge(ObjectNode object, JsonNode patch) {
        ObjectNode result = object.deepCopy();
        mergeInto(result, asObject(patch), false);
        return result;
    }

    /** As a merge patch, with finalizers merged and owner references merged by uid. */
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
                    && (name.equals("finalizers") || name.equals("ownerReferences"))) {
                mergeList(list, added);
            } else {
                target.set(name, value);
            }
        });
    }

    private static void mergeList(ArrayNode list, ArrayNode added) {
        for (JsonNode item : added) {
            boolean delete = item.path("$patch").asText().equals("delete");
            for (int i = list.size() - 1; i >= 0; i--) {
                if (item.isObject()
                        ? list.get(i).path("uid").equals(item.path("uid"))
                        : list.get(i).equals(item)) {
                    list.remove(i);
                }
            }
            if (!delete) {
                list.add(item);
            }
        }
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
