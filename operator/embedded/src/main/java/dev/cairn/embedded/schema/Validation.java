package dev.cairn.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Validates a settled tree against its schema; CEL rules only when everything else holds. */
public final class Validation {
    private final List<Problem> problems = new ArrayList<>();

    private Validation() {}

    /** All problems of an object; {@code old} is the stored state it replaces, null when there is none. */
    public static List<Problem> problems(Schema schema, JsonNode node, @Nullable JsonNode old) {
        Validation validation = new Validation();
        validation.walk(schema, node, "");
        return validation.problems.isEmpty() ? Rules.problems(schema, node, old) : validation.problems;
    }

    private static boolean valid(Schema schema, JsonNode node) {
        Validation validation = new Validation();
        validation.walk(schema, node, "");
        return validation.problems.isEmpty();
    }

    private void walk(Schema schema, JsonNode node, String path) {
        if (node.isNull() && schema.nullable()) {
            return;
        }
        if (!hasType(schema, node)) {
            String found = typeOf(node);
            problems.add(new Problem(
                    Problem.TYPE,
                    path,
                    "Invalid value: " + quote(found) + ": " + in(path) + "must be of type " + schema.type() + ": "
                            + quote(found)));
            return;
        }
        checkEnum(schema, node, path);
        if (node.isTextual()) {
            checkText(schema, node.asText(), path);
        } else if (node.isNumber()) {
            checkNumber(schema, node, path);
        } else if (node.isArray()) {
            checkArray(schema, node, path);
        } else if (node.isObject()) {
            checkObject(schema, node, path);
        }
        checkLogic(schema, node, path);
    }

    private static boolean hasType(Schema schema, JsonNode node) {
        if (schema.intOrString()) {
            return node.isIntegralNumber() || node.isTextual();
        }
        return switch (schema.type()) {
            case "object" -> node.isObject();
            case "array" -> node.isArray();
            case "string" -> node.isTextual();
            case "boolean" -> node.isBoolean();
            case "integer" -> node.isIntegralNumber() && node.canConvertToLong();
            case "number" -> node.isNumber();
            default -> true;
        };
    }

    static String typeOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> node.isIntegralNumber() ? "integer" : "number";
            default -> "null";
        };
    }

    private void checkEnum(Schema schema, JsonNode node, String path) {
        JsonNode allowed = schema.raw().path("enum");
        if (allowed.isEmpty()) {
            return;
        }
        List<String> words = new ArrayList<>();
        for (JsonNode value : allowed) {
            if (value.equals(node)) {
                return;
            }
            words.add(value.toString());
        }
        problems.add(new Problem(
                "FieldValueNotSupported",
                path,
                "Unsupported value: " + node + ": supported values: " + String.join(", ", words)));
    }

    private void checkText(Schema schema, String text, String path) {
        int length = text.codePointCount(0, text.length());
        JsonNode raw = schema.raw();
        if (raw.has("maxLength") && length > raw.path("maxLength").asLong()) {
            problems.add(new Problem(
                    "FieldValueTooLong",
                    path,
                    "Too long: may not be more than " + raw.path("maxLength").asLong() + " bytes"));
        }
        if (length < raw.path("minLength").asLong(0)) {
            invalid(
                    path,
                    quote(text),
                    in(path) + "should be at least " + raw.path("minLength").asLong() + " chars long");
        }
        Pattern pattern = schema.pattern();
        if (pattern != null && !pattern.matcher(text).find()) {
            invalid(path, quote(text), in(path) + "should match '" + pattern.pattern() + "'");
        }
        if (raw.path("format").asText().equals("date-time") && !isDateTime(text)) {
            invalid(path, quote(text), in(path) + "must be of type date-time: " + quote(text));
        }
    }

    private static boolean isDateTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private void checkNumber(Schema schema, JsonNode node, String path) {
        JsonNode raw = schema.raw();
        double value = node.asDouble();
        if (raw.has("minimum")) {
            boolean open = raw.path("exclusiveMinimum").asBoolean();
            double minimum = raw.path("minimum").asDouble();
            if (value < minimum || (open && value == minimum)) {
                invalid(
                        path,
                        node.asText(),
                        in(path) + "should be greater than " + (open ? "" : "or equal to ") + raw.path("minimum"));
            }
        }
        if (raw.has("maximum")) {
            boolean open = raw.path("exclusiveMaximum").asBoolean();
            double maximum = raw.path("maximum").asDouble();
            if (value > maximum || (open && value == maximum)) {
                invalid(
                        path,
                        node.asText(),
                        in(path) + "should be less than " + (open ? "" : "or equal to ") + raw.path("maximum"));
            }
        }
        if (raw.has("multipleOf") && value % raw.path("multipleOf").asDouble() != 0) {
            invalid(path, node.asText(), in(path) + "should be a multiple of " + raw.path("multipleOf"));
        }
    }

    private void checkArray(Schema schema, JsonNode node, String path) {
        JsonNode raw = schema.raw();
        if (raw.has("maxItems") && node.size() > raw.path("maxItems").asLong()) {
            tooMany(path, node.size(), raw.path("maxItems").asLong());
        }
        if (node.size() < raw.path("minItems").asLong(0)) {
            invalid(
                    path,
                    Integer.toString(node.size()),
                    in(path) + "should have at least " + raw.path("minItems") + " items");
        }
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < node.size(); i++) {
            walk(schema.item(), node.get(i), path + "[" + i + "]");
            boolean fresh = switch (schema.listType()) {
                case SET -> seen.add(node.get(i));
                case MAP -> seen.add(schema.keyOf(node.get(i)));
                case ATOMIC -> !raw.path("uniqueItems").asBoolean() || seen.add(node.get(i));
            };
            if (!fresh) {
                JsonNode key = schema.listType() == Schema.ListType.MAP ? schema.keyOf(node.get(i)) : node.get(i);
                problems.add(new Problem("FieldValueDuplicate", path + "[" + i + "]", "Duplicate value: " + key));
            }
        }
    }

    private void checkObject(Schema schema, JsonNode node, String path) {
        JsonNode raw = schema.raw();
        for (JsonNode required : raw.path("required")) {
            if (!node.has(required.asText())) {
                problems.add(
                        new Problem("FieldValueRequired", Settling.join(path, required.asText()), "Required value"));
            }
        }
        if (raw.has("maxProperties") && node.size() > raw.path("maxProperties").asLong()) {
            tooMany(path, node.size(), raw.path("maxProperties").asLong());
        }
        if (node.size() < raw.path("minProperties").asLong(0)) {
            invalid(
                    path,
                    Integer.toString(node.size()),
                    in(path) + "should have at least " + raw.path("minProperties") + " properties");
        }
        node.properties().forEach(entry -> {
            Schema field = schema.field(entry.getKey());
            if (field != null) {
                walk(field, entry.getValue(), Settling.join(path, entry.getKey()));
            }
        });
    }

    private void checkLogic(Schema schema, JsonNode node, String path) {
        schema.logic("allOf").forEach(branch -> walk(branch, node, path));
        List<Schema> any = schema.logic("anyOf");
        if (!any.isEmpty() && any.stream().noneMatch(branch -> valid(branch, node))) {
            invalid(path, quote(typeOf(node)), in(path) + "must validate at least one schema (anyOf)");
        }
        List<Schema> one = schema.logic("oneOf");
        if (!one.isEmpty() && one.stream().filter(branch -> valid(branch, node)).count() != 1) {
            invalid(path, quote(typeOf(node)), in(path) + "must validate one and only one schema (oneOf)");
        }
        if (schema.logic("not").stream().anyMatch(branch -> valid(branch, node))) {
            invalid(path, quote(typeOf(node)), in(path) + "must not validate the schema (not)");
        }
    }

    private void invalid(String path, String value, String why) {
        problems.add(Problem.invalid(path, value, why));
    }

    private void tooMany(String path, int size, long limit) {
        problems.add(new Problem(
                "FieldValueTooMany", path, "Too many: " + size + ": must have at most " + limit + " items"));
    }

    private static String in(String path) {
        return path + " in body ";
    }

    private static String quote(String text) {
        return "\"" + text + "\"";
    }
}
