package dev.cairn.embedded.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.schema.Schema;
import dev.cairn.embedded.schema.Schema.ListType;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Merging an applied configuration into a live object by the schema's list types, and taking fields out again. */
final class Merge {
    private Merge() {}

    /** The live value with everything of the applied value in it. */
    static JsonNode merge(Schema schema, JsonNode live, JsonNode applied) {
        if (live.isObject() && applied.isObject() && !schema.atomicMap()) {
            ObjectNode result = ((ObjectNode) live).deepCopy();
            applied.properties().forEach(entry -> {
                JsonNode old = result.get(entry.getKey());
                Schema field = Fields.child(schema, entry.getKey());
                result.set(
                        entry.getKey(),
                        old == null ? entry.getValue().deepCopy() : merge(field, old, entry.getValue()));
            });
            return result;
        }
        if (live.isArray() && applied.isArray() && schema.listType() != ListType.ATOMIC) {
            return mergeList(schema, live, applied);
        }
        return applied.deepCopy();
    }

    /** Applied items in their order; items that are only live stay before the applied item they were before. */
    private static ArrayNode mergeList(Schema schema, JsonNode live, JsonNode applied) {
        Map<JsonNode, JsonNode> rest = new LinkedHashMap<>();
        live.forEach(item -> rest.put(identity(schema, item), item));
        Set<JsonNode> wanted = new HashSet<>();
        applied.forEach(item -> wanted.add(identity(schema, item)));
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : applied) {
            JsonNode id = identity(schema, item);
            JsonNode old = rest.get(id);
            if (old == null) {
                result.add(item.deepCopy());
                continue;
            }
            var before = rest.entrySet().iterator();
            for (var next = before.next(); !next.getKey().equals(id); next = before.next()) {
                if (!wanted.contains(next.getKey())) {
                    result.add(next.getValue().deepCopy());
                    before.remove();
                }
            }
            result.add(merge(schema.item(), old, item));
            rest.remove(id);
        }
        rest.forEach((id, item) -> {
            if (!wanted.contains(id)) {
                result.add(item.deepCopy());
            }
        });
        return result;
    }

    private static JsonNode identity(Schema schema, JsonNode item) {
        return schema.listType() == ListType.MAP ? schema.keyOf(item) : item;
    }

    /** Takes the fields out of the object; containers that become empty by it go too. */
    static void remove(Schema schema, ObjectNode object, Collection<String> paths) {
        for (String path : paths) {
            remove(schema, object, Fields.elements(path), 0);
        }
    }

    private static void remove(Schema schema, JsonNode node, String[] path, int at) {
        String rest = path[at].substring(2);
        boolean last = at == path.length - 1;
        if (node instanceof ObjectNode object && path[at].startsWith("f:")) {
            if (last) {
                object.remove(rest);
            } else if (object.has(rest)) {
                remove(Fields.child(schema, rest), object.path(rest), path, at + 1);
                if (object.path(rest).isEmpty() && object.path(rest).isContainerNode()) {
                    object.remove(rest);
                }
            }
        } else if (node instanceof ArrayNode array) {
            JsonNode wanted = Fields.parse(rest);
            for (int i = array.size() - 1; i >= 0; i--) {
                if (identity(schema, array.get(i)).equals(wanted)) {
                    if (last) {
                        array.remove(i);
                    } else {
                        remove(schema.item(), array.get(i), path, at + 1);
                    }
                }
            }
        }
    }
}
