package dev.cairn.embedded.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** JSON with bounds: at most 100 levels deep, numbers of at most 100 digits. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxNumberLength(100)
                    .build())
            .build());

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Parses one document; what follows it is an error. */
    public static JsonNode parse(byte[] json) throws IOException {
        try (var parser = MAPPER.createParser(json)) {
            JsonNode node = MAPPER.readTree(parser);
            if (node == null || parser.nextToken() != null) {
                throw new IOException("exactly one JSON document is expected");
            }
            return node;
        }
    }

    /** Parses one document into a type of our own, without the tree. */
    static <T> T parse(byte[] json, Class<T> type) throws IOException {
        return MAPPER.readValue(json, type);
    }

    /** Paths of fields that stand twice in an object of a document that can be parsed, such as {@code spec.image}. */
    public static List<String> duplicates(byte[] json) throws IOException {
        List<String> found = new ArrayList<>();
        try (var parser = MAPPER.createParser(json)) {
            Deque<Set<String>> names = new ArrayDeque<>();
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    names.push(new HashSet<>());
                } else if (token == JsonToken.END_OBJECT) {
                    names.pop();
                } else if (token == JsonToken.FIELD_NAME && !names.element().add(parser.currentName())) {
                    found.add(pathOf(parser.getParsingContext()));
                }
            }
        }
        return found;
    }

    private static String pathOf(JsonStreamContext at) {
        String above = at.getParent() == null ? "" : pathOf(at.getParent());
        if (at.inArray()) {
            return above + "[" + at.getCurrentIndex() + "]";
        }
        String name = at.getCurrentName();
        return name == null ? above : above.isEmpty() ? name : above + "." + name;
    }

    /** Whether two objects have the same fields with the same values, whatever the excepted fields are. */
    public static boolean sameBut(Set<String> except, JsonNode one, JsonNode other) {
        return count(except, one) == count(except, other)
                && one.properties().stream()
                        .filter(field -> !except.contains(field.getKey()))
                        .allMatch(field -> field.getValue().equals(other.get(field.getKey())));
    }

    private static long count(Set<String> except, JsonNode object) {
        return object.size() - except.stream().filter(object::has).count();
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The object at a field, created when it is absent or something else. */
    public static ObjectNode child(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode child ? child : parent.putObject(field);
    }

    /** {@code metadata.<field>} as text, empty when absent. */
    public static String meta(JsonNode object, String field) {
        return object.path("metadata").path(field).asText("");
    }
}
