package dev.cairn.embedded.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.schema.Schema;
import dev.cairn.embedded.schema.Schema.ListType;
import dev.cairn.embedded.store.Json;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An object as the set of its fields that can be owned: path to value. A path is the elements of FieldsV1
 * ({@code f:name}, <code>k:{"key":"value"}</code>, {@code v:"value"}) joined by a character that none of them holds.
 */
final class Fields {
    static final char SEPARATOR = '\u0001';
    private static final JsonNode PRESENT = JsonNodeFactory.instance.textNode("present");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> SYSTEM = Set.of(
            "name",
            "namespace",
            "generateName",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "managedFields");

    private final Map<String, JsonNode> found = new TreeMap<>();

    private final boolean containers;

    private Fields(boolean containers) {
        this.containers = containers;
    }

    /** All fields but those that the server sets itself. */
    static Map<String, JsonNode> of(Schema schema, ObjectNode object) {
        return of(schema, object, new Fields(false));
    }

    /** The same, and the objects and lists that hold them: an update owns those that it makes. */
    static Map<String, JsonNode> withContainers(Schema schema, ObjectNode object) {
        return of(schema, object, new Fields(true));
    }

    private static Map<String, JsonNode> of(Schema schema, ObjectNode object, Fields fields) {
        object.properties().forEach(entry -> {
            String name = entry.getKey();
            if (name.equals("metadata")) {
                ObjectNode metadata = ((ObjectNode) entry.getValue()).deepCopy();
                metadata.remove(SYSTEM);
                if (!metadata.isEmpty()) {
                    fields.walk(child(schema, name), metadata, "f:metadata");
                }
            } else if (!name.equals("apiVersion") && !name.equals("kind")) {
                fields.walk(child(schema, name), entry.getValue(), named(name));
            }
        });
        return fields.found;
    }

    static Schema child(Schema schema, String name) {
        Schema field = schema.field(name);
        return field == null ? Schema.ANY : field;
    }

    private void walk(Schema schema, JsonNode node, String path) {
        if (containers && node.isContainerNode() && !node.isEmpty() && !path.equals("f:metadata")) {
            found.put(path, PRESENT); // replaced below where the whole value is one field
        }
        if (node.isObject() && !node.isEmpty() && !schema.atomicMap()) {
            node.properties().forEach(entry -> {
                String name = entry.getKey();
                String at = path + SEPARATOR + named(name);
                if (!schema.declares(name)
                        && !schema.preserves()
                        && entry.getValue().isContainerNode()) {
                    found.put(at, PRESENT); // an item of a map can be owned apart from its content
                }
                walk(child(schema, name), entry.getValue(), at);
            });
        } else if (node.isArray() && !node.isEmpty() && schema.listType() == ListType.MAP) {
            for (JsonNode item : node) {
                String at = path + SEPARATOR + "k:" + schema.keyOf(item);
                found.put(at, PRESENT);
                walk(schema.item(), item, at);
            }
        } else if (node.isArray() && !node.isEmpty() && schema.listType() == ListType.SET) {
            node.forEach(item -> found.put(path + SEPARATOR + "v:" + item, PRESENT));
        } else {
            found.put(path, node);
        }
    }

    /** Reads a FieldsV1 tree. */
    static Set<String> read(JsonNode tree) {
        Set<String> paths = new TreeSet<>();
        read(tree, "", paths);
        return paths;
    }

    private static void read(JsonNode tree, String path, Set<String> paths) {
        if (tree.isEmpty() && !path.isEmpty()) {
            paths.add(path);
        }
        tree.properties().forEach(entry -> {
            if (entry.getKey().equals(".") && !path.isEmpty()) {
                paths.add(path);
            } else if (isElement(entry.getKey())) {
                read(entry.getValue(), path.isEmpty() ? entry.getKey() : path + SEPARATOR + entry.getKey(), paths);
            }
        });
    }

    /** The element of a field; one whose name holds the separator is owned under another name. */
    private static String named(String field) {
        return "f:" + field.replace(SEPARATOR, '\ufffd');
    }

    /** Whether a client that sends managedFields has sent an element; what is none is nobody's. */
    private static boolean isElement(String text) {
        if (text.indexOf(SEPARATOR) >= 0) {
            return false;
        }
        return text.startsWith("f:")
                || (text.startsWith("k:") && parse(text.substring(2)).isObject())
                || (text.startsWith("v:") && !text.equals("v:"));
    }

    /** Writes a FieldsV1 tree. */
    static ObjectNode write(Collection<String> paths) {
        ObjectNode root = Json.object();
        Iterator<String> sorted = new TreeSet<>(paths).iterator(); // a parent comes before what is below it
        while (sorted.hasNext()) {
            ObjectNode at = root;
            String[] elements = elements(sorted.next());
            for (int i = 0; i < elements.length; i++) {
                boolean known = at.has(elements[i]);
                ObjectNode next = Json.child(at, elements[i]);
                if (known && next.isEmpty()) {
                    next.putObject("."); // it is owned itself, and so is something below it
                }
                at = next;
            }
        }
        return root;
    }

    static String[] elements(String path) {
        return path.split(String.valueOf(SEPARATOR), -1);
    }

    static boolean isBelow(String path, String parent) {
        return path.length() > parent.length() && path.startsWith(parent) && path.charAt(parent.length()) == SEPARATOR;
    }

    /** As Kubernetes shows it: {@code .spec.ports[name="http"].port}. */
    static String display(String path) {
        StringBuilder text = new StringBuilder();
        for (String element : elements(path)) {
            String rest = element.substring(2);
            switch (element.charAt(0)) {
                case 'f' -> text.append('.').append(rest);
                case 'v' -> text.append("[=").append(rest).append(']');
                default -> {
                    text.append('[');
                    parse(rest)
                            .properties()
                            .forEach(e -> text.append(text.charAt(text.length() - 1) == '[' ? "" : ",")
                                    .append(e.getKey())
                                    .append('=')
                                    .append(e.getValue()));
                    text.append(']');
                }
            }
        }
        return text.toString();
    }

    static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return Json.object();
        }
    }
}
