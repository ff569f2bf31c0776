package dev.cairn.embedded.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import org.jspecify.annotations.Nullable;

/** RFC 6902, strict: a path that leads nowhere is an error, as in Kubernetes. The root itself cannot be replaced. */
final class JsonPatch {
    private static final int MAX_OPERATIONS = 10_000;
    private static final int MAX_COPIES = 4; // each may double the object

    private final ObjectNode root;
    private int copies;

    private JsonPatch(ObjectNode root) {
        this.root = root;
    }

    static ObjectNode apply(ObjectNode object, JsonNode patch) {
        if (!patch.isArray() || patch.size() > MAX_OPERATIONS) {
            throw ApiError.badRequest("a JSON patch must be an array of at most " + MAX_OPERATIONS + " operations");
        }
        JsonPatch applied = new JsonPatch(object.deepCopy());
        for (JsonNode operation : patch) {
            applied.run(operation);
        }
        return applied.root;
    }

    private void run(JsonNode operation) {
        String path = operation.path("path").asText();
        String from = operation.path("from").asText();
        switch (operation.path("op").asText()) {
            case "add" -> add(path, value(operation));
            case "remove" -> remove(path);
            case "replace" -> {
                remove(path);
                add(path, value(operation));
            }
            case "move" -> add(path, remove(from));
            case "copy" -> {
                if (++copies > MAX_COPIES) {
                    throw ApiError.badRequest("a JSON patch may hold at most " + MAX_COPIES + " copy operations");
                }
                add(path, require(from).deepCopy());
            }
            case "test" -> {
                if (!require(path).equals(value(operation))) {
                    throw failed("testing value " + path + " failed");
                }
            }
            default -> throw ApiError.badRequest("unknown JSON patch operation " + operation.path("op"));
        }
    }

    private static JsonNode value(JsonNode operation) {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw ApiError.badRequest("a JSON patch operation has no value: " + operation);
        }
        return value;
    }

    private void add(String path, JsonNode value) {
        JsonNode parent = parent(path);
        String last = last(path);
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else {
            ArrayNode array = (ArrayNode) parent;
            int index = last.equals("-") ? array.size() : index(last);
            if (index < 0 || index > array.size()) {
                throw failed("there is no index " + last + " in " + path);
            }
            array.insert(index, value);
        }
    }

    private JsonNode remove(String path) {
        JsonNode old = require(path);
        if (parent(path) instanceof ObjectNode object) {
            object.remove(last(path));
        } else {
            ((ArrayNode) parent(path)).remove(index(last(path)));
        }
        return old;
    }

    private JsonNode require(String path) {
        JsonNode found = child(parent(path), last(path));
        if (found == null) {
            throw failed("there is nothing at " + path);
        }
        return found;
    }

    /** The object or array that holds the last part of the path. */
    private JsonNode parent(String path) {
        if (!path.startsWith("/")) {
            throw failed("a path must begin with a slash, found \"" + path + "\"");
        }
        String[] parts = path.substring(1).split("/", -1);
        JsonNode at = root;
        for (int i = 0; i < parts.length - 1; i++) {
            at = child(at, unescape(parts[i]));
            if (at == null) {
                break;
            }
        }
        if (at == null || !at.isContainerNode()) {
            throw failed("there is nothing at " + path);
        }
        return at;
    }

    private static @Nullable JsonNode child(JsonNode node, String name) {
        return node.isArray() ? node.get(index(name)) : node.get(name);
    }

    private static int index(String text) {
        return text.matches("0|[1-9]\\d{0,8}") ? Integer.parseInt(text) : -1;
    }

    private static String last(String path) {
        return unescape(path.substring(path.lastIndexOf('/') + 1));
    }

    private static String unescape(String part) {
        return part.replace("~1", "/").replace("~0", "~");
    }

    private static ApiError failed(String why) {
        return new ApiError(422, "Invalid", "the server rejected our request due to an error in our request: " + why);
    }
}
