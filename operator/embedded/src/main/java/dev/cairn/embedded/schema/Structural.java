package dev.cairn.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Whether a schema is structural, as a CustomResourceDefinition's must be: every field has a type that nothing but the
 * schema's own place says, so that pruning, defaults and merges know what they deal with.
 */
public final class Structural {
    private static final Set<String> TYPES = Set.of("array", "boolean", "integer", "number", "object", "string");
    private static final Set<String> SCALARS = Set.of("boolean", "integer", "number", "string");
    private static final List<String> UNSUPPORTED =
            List.of("$ref", "id", "additionalItems", "patternProperties", "definitions", "dependencies");
    private static final List<String> ONLY_OUTSIDE = List.of(
            "type",
            "default",
            "title",
            "description",
            "nullable",
            "additionalProperties",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-embedded-resource",
            "x-kubernetes-int-or-string",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-list-type",
            "x-kubernetes-map-type",
            "x-kubernetes-validations");

    private final List<Problem> problems = new ArrayList<>();

    private final boolean rules;

    private Structural(boolean rules) {
        this.rules = rules;
    }

    /**
     * What keeps a schema from being structural.
     *
     * @param path where the schema stands
     * @param rules whether the types of CEL rules are looked at too, which loads CEL
     */
    public static List<Problem> problems(JsonNode schema, String path, boolean rules) {
        Structural structural = new Structural(rules);
        structural.root(schema, path);
        return structural.problems;
    }

    private void root(JsonNode schema, String path) {
        String type = schema.path("type").asText();
        if (!type.isEmpty() && !type.equals("object")) {
            invalid(path + ".type", schema.path("type"), "must be object at the root");
        }
        if (schema.has("additionalProperties")) {
            forbidden(path + ".additionalProperties", "must not be used at the root");
        }
        if (schema.path("nullable").asBoolean()) {
            forbidden(path + ".nullable", "nullable cannot be true at the root");
        }
        for (String name : List.of("apiVersion", "kind", "metadata")) {
            JsonNode field = schema.path("properties").path(name);
            String wanted = name.equals("metadata") ? "object" : "string";
            if (!field.isMissingNode() && !field.path("type").asText().equals(wanted)) {
                invalid(path + ".properties[" + name + "].type", field.path("type"), "must be " + wanted);
            }
        }
        walk(schema, path, "at the root");
    }

    private void walk(JsonNode schema, String path, String where) {
        boolean free = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        boolean either = schema.path("x-kubernetes-int-or-string").asBoolean();
        String type = schema.path("type").asText();
        if (type.isEmpty() && !free && !either) {
            required(path + ".type", "must not be empty " + where);
        } else if (!type.isEmpty() && !TYPES.contains(type)) {
            unsupported(path + ".type", type, TYPES);
        }
        for (String word : UNSUPPORTED) {
            if (schema.has(word)) {
                forbidden(path + "." + word, word + " is not supported");
            }
        }
        if (schema.path("uniqueItems").asBoolean()) {
            forbidden(
                    path + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
        pattern(schema, path);
        list(schema, path);
        map(schema, path);
        junctors(schema, schema, path);
        rules(schema, path);
        defaults(schema, path);
    }

    private void pattern(JsonNode schema, String path) {
        try {
            Pattern.compile(schema.path("pattern").asText());
        } catch (PatternSyntaxException e) {
            invalid(
                    path + ".pattern",
                    schema.path("pattern"),
                    "must be a valid regular expression, but isn't: " + e.getDescription());
        }
    }

    private void list(JsonNode schema, String path) {
        JsonNode items = schema.path("items");
        if (items.isObject()) {
            walk(items, path + ".items", "for specified array items");
        } else if (items.isArray()) {
            forbidden(path + ".items", "items must be a schema object and not an array");
        } else if (schema.path("type").asText().equals("array")) {
            required(path + ".items", "must be specified");
        }
        String listType = schema.path("x-kubernetes-list-type").asText();
        JsonNode keys = schema.path("x-kubernetes-list-map-keys");
        if (!listType.isEmpty() && !schema.path("type").asText().equals("array")) {
            invalid(path + ".type", schema.path("type"), "must be array if x-kubernetes-list-type is specified");
        }
        if (!listType.isEmpty() && !Set.of("atomic", "set", "map").contains(listType)) {
            unsupported(path + ".x-kubernetes-list-type", listType, List.of("atomic", "set", "map"));
        } else if (!keys.isEmpty() && !listType.equals("map")) {
            invalid(
                    path + ".x-kubernetes-list-type",
                    schema.path("x-kubernetes-list-type"),
                    "must be map if x-kubernetes-list-map-keys is non-empty");
        } else if (listType.equals("map")) {
            keys(keys, items, path);
        }
    }

    private void keys(JsonNode keys, JsonNode items, String path) {
        if (keys.isEmpty()) {
            required(path + ".x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        }
        if (items.isObject() && !items.path("type").asText().equals("object")) {
            invalid(
                    path + ".items.type",
                    items.path("type"),
                    "must be object if parent array's x-kubernetes-list-type is map");
        }
        Set<String> required = new HashSet<>(Schema.texts(items.path("required")));
        for (String key : Schema.texts(keys)) {
            JsonNode property = items.path("properties").path(key);
            String at = path + ".items.properties[" + key + "]";
            if (property.isMissingNode()) {
                invalid(path + ".x-kubernetes-list-map-keys", keys, "entries must all be names of item properties");
            } else if (!SCALARS.contains(property.path("type").asText())) {
                invalid(
                        at + ".type",
                        property.path("type"),
                        "must be a scalar type if parent array's x-kubernetes-list-type is map");
            } else if (!required.contains(key) && !property.has("default")) {
                required(
                        at + ".default",
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
            }
        }
    }

    private void map(JsonNode schema, String path) {
        JsonNode more = schema.path("additionalProperties");
        if (!more.isMissingNode()) {
            if (!schema.path("properties").isEmpty()) {
                forbidden(path + ".additionalProperties", "additionalProperties and properties are mutual exclusive");
            }
        }
        if (more.isObject()) {
            walk(more, path + ".additionalProperties", "for specified object fields");
        }
        schema.path("properties")
                .properties()
                .forEach(e ->
                        walk(e.getValue(), path + ".properties[" + e.getKey() + "]", "for specified object fields"));
    }

    /** Inside of allOf, anyOf, oneOf and not stand conditions only, on fields that are declared outside of them. */
    private void junctors(JsonNode declared, JsonNode schema, String path) {
        for (String word : List.of("allOf", "anyOf", "oneOf")) {
            JsonNode branches = schema.path(word);
            for (int i = 0; i < branches.size(); i++) {
                branch(declared, branches.path(i), path + "." + word + "[" + i + "]");
            }
        }
        if (schema.has("not")) {
            branch(declared, schema.path("not"), path + ".not");
        }
    }

    private void branch(JsonNode declared, JsonNode branch, String path) {
        boolean either = declared.path("x-kubernetes-int-or-string").asBoolean();
        for (String word : ONLY_OUTSIDE) {
            if (branch.has(word) && !(word.equals("type") && either)) {
                forbidden(path + "." + word, "must be empty to be structural");
            }
        }
        pattern(branch, path);
        junctors(declared, branch, path);
        if (branch.path("items").isObject()) {
            branch(declared.path("items"), branch.path("items"), path + ".items");
        }
        branch.path("properties").properties().forEach(e -> {
            String at = path + ".properties[" + e.getKey() + "]";
            JsonNode property = declared.path("properties").path(e.getKey());
            if (property.isMissingNode() && !declared.has("additionalProperties")) {
                required(at, "because it is defined in " + at);
            }
            branch(property, e.getValue(), at);
        });
    }

    private void rules(JsonNode schema, String path) {
        JsonNode declared = schema.path("x-kubernetes-validations");
        for (int i = 0; i < declared.size(); i++) {
            String at = path + ".x-kubernetes-validations[" + i + "].rule";
            JsonNode rule = declared.path(i).path("rule");
            if (rule.asText().isBlank()) {
                required(at, "rule is not specified");
            } else if (this.rules) {
                Optional<String> wrong = RuleTypes.problem(schema, rule.asText());
                wrong.ifPresent(why -> invalid(at, rule, why));
            }
        }
    }

    private void defaults(JsonNode schema, String path) {
        JsonNode value = schema.path("default");
        if (!rules || value.isMissingNode() || !problems.isEmpty()) { // a default is asked for its rules too
            return;
        }
        ObjectNode holder = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        holder.set("default", value.deepCopy());
        Schema checked = new Schema(schema);
        if (!Settling.prune(checked, holder.path("default")).isEmpty()) {
            invalid(path + ".default", value, "must not have unknown fields");
            return;
        }
        for (Problem problem : Validation.problems(checked, holder.path("default"), null)) {
            problems.add(new Problem(problem.cause(), path + ".default" + problem.field(), problem.message()));
        }
    }

    private void required(String path, String why) {
        problems.add(new Problem("FieldValueRequired", path, "Required value: " + why));
    }

    private void forbidden(String path, String why) {
        problems.add(new Problem("FieldValueForbidden", path, "Forbidden: " + why));
    }

    private void invalid(String path, JsonNode value, String why) {
        problems.add(Problem.invalid(path, value.isMissingNode() ? "\"\"" : value.toString(), why));
    }

    private void unsupported(String path, String value, Iterable<String> known) {
        List<String> words = new ArrayList<>();
        known.forEach(word -> words.add("\"" + word + "\""));
        words.sort(null);
        problems.add(new Problem(
                "FieldValueNotSupported",
                path,
                "Unsupported value: \"" + value + "\": supported values: " + String.join(", ", words)));
    }
}
