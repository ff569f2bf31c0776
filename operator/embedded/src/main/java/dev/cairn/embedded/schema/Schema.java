package dev.cairn.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One node of a structural OpenAPI v3 schema. Simple constraints are read from {@link #raw()} where they are checked. */
public final class Schema {
    /** How the items of a list are told apart in merges. */
    public enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    /** A schema that allows and keeps everything. */
    public static final Schema ANY =
            new Schema(JsonNodeFactory.instance.objectNode().put("x-kubernetes-preserve-unknown-fields", true));

    private final JsonNode raw;
    private final String type;
    private final Map<String, Schema> properties = new LinkedHashMap<>();
    private final @Nullable Schema items;
    private final @Nullable Schema additional;
    private final @Nullable Pattern pattern;
    private final ListType listType;
    private final List<String> listKeys;
    private final boolean preserve;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, List<Schema>> logic = new LinkedHashMap<>();

    public Schema(JsonNode raw) {
        this.raw = raw;
        this.type = raw.path("type").asText("");
        raw.path("properties").properties().forEach(e -> properties.put(e.getKey(), new Schema(e.getValue())));
        this.items = raw.path("items").isObject() ? new Schema(raw.path("items")) : null;
        JsonNode more = raw.path("additionalProperties");
        this.additional = more.isObject() ? new Schema(more) : more.asBoolean(false) ? ANY : null;
        this.pattern = raw.has("pattern") ? Pattern.compile(raw.path("pattern").asText()) : null;
        this.listType = switch (raw.path("x-kubernetes-list-type").asText()) {
            case "set" -> ListType.SET;
            case "map" -> ListType.MAP;
            default -> ListType.ATOMIC;
        };
        this.listKeys = texts(raw.path("x-kubernetes-list-map-keys"));
        this.preserve = raw.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        raw.path("x-kubernetes-validations").forEach(rule -> rules.add(new Rule(rule)));
        for (String word : List.of("allOf", "anyOf", "oneOf")) {
            List<Schema> branches = new ArrayList<>();
            raw.path(word).forEach(branch -> branches.add(new Schema(branch)));
            logic.put(word, branches);
        }
        logic.put("not", raw.has("not") ? List.of(new Schema(raw.path("not"))) : List.of());
    }

    static List<String> texts(JsonNode array) {
        List<String> result = new ArrayList<>();
        array.forEach(item -> result.add(item.asText()));
        return List.copyOf(result);
    }

    public JsonNode raw() {
        return raw;
    }

    public String type() {
        return type;
    }

    public Map<String, Schema> properties() {
        return properties;
    }

    /** The schema of a field, or null when the field is unknown. */
    public @Nullable Schema field(String name) {
        Schema property = properties.get(name);
        return property != null ? property : additional != null ? additional : preserve ? ANY : null;
    }

    /** The schema of a list's items. */
    public Schema item() {
        return items == null ? ANY : items;
    }

    public boolean preserves() {
        return preserve;
    }

    public boolean intOrString() {
        return raw.path("x-kubernetes-int-or-string").asBoolean();
    }

    public boolean nullable() {
        return raw.path("nullable").asBoolean() || (preserve && type.isEmpty());
    }

    /** Whether the whole value has one owner in server-side apply. */
    public boolean atomicMap() {
        return raw.path("x-kubernetes-map-type").asText().equals("atomic");
    }

    /** Whether a field by this name stands in the properties, not only in a map. */
    public boolean declares(String name) {
        return properties.containsKey(name);
    }

    public ListType listType() {
        return listType;
    }

    public List<String> listKeys() {
        return listKeys;
    }

    @Nullable
    Pattern pattern() {
        return pattern;
    }

    List<Rule> rules() {
        return rules;
    }

    List<Schema> logic(String word) {
        return logic.getOrDefault(word, List.of());
    }

    /** The identity of an item in a list of this schema: its key fields, defaults filled in, sorted by name. */
    public ObjectNode keyOf(JsonNode element) {
        ObjectNode key = JsonNodeFactory.instance.objectNode();
        listKeys.stream().sorted().forEach(name -> {
            JsonNode value = element.get(name);
            if (value == null) {
                value = item().properties.getOrDefault(name, ANY).raw.get("default");
            }
            if (value != null) {
                key.set(name, value);
            }
        });
        return key;
    }
}
