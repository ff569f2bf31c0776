package dev.cairn.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Brings an object into its stored form: unknown fields and nulls out, defaults in. Changes the tree. */
public final class Settling {
    private final boolean defaults;
    private final List<String> unknown = new ArrayList<>();

    private Settling(boolean defaults) {
        this.defaults = defaults;
    }

    /** Drops unknown fields and sets defaults. */
    public static void settle(Schema schema, JsonNode node) {
        new Settling(true).walk(schema, node, "");
    }

    /** Drops unknown fields only and returns their paths. */
    public static List<String> prune(Schema schema, JsonNode node) {
        Settling settling = new Settling(false);
        settling.walk(schema, node, "");
        return settling.unknown;
    }

    private void walk(Schema schema, JsonNode node, String path) {
        if (node instanceof ObjectNode object) {
            walkObject(schema, object, path);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(schema.item(), node.get(i), path + "[" + i + "]");
            }
        }
    }

    private void walkObject(Schema schema, ObjectNode object, String path) {
        for (String name : names(object)) {
            Schema field = schema.field(name);
            if (field == null) {
                object.remove(name);
                unknown.add(join(path, name));
            } else if (defaults && object.path(name).isNull() && !field.nullable()) {
                object.remove(name);
            }
        }
        if (defaults) {
            schema.properties().forEach((name, property) -> {
                JsonNode value = property.raw().get("default");
                if (value != null && !object.has(name)) {
                    object.set(name, value.deepCopy());
                }
            });
        }
        for (String name : names(object)) {
            Schema field = schema.field(name);
            if (field != null) {
                walk(field, object.path(name), join(path, name));
            }
        }
    }

    private static List<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
