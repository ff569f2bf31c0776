package dev.cairn.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks all CEL rules of a tree. */
final class Rules {
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private final List<Problem> problems = new ArrayList<>();

    private Rules() {}

    static List<Problem> problems(Schema schema, JsonNode node, @Nullable JsonNode old) {
        Rules rules = new Rules();
        rules.walk(schema, node, old, "");
        return rules.problems;
    }

    private void walk(Schema schema, JsonNode node, @Nullable JsonNode old, String path) {
        if (!schema.rules().isEmpty() && !node.isNull()) {
            ask(schema, node, old, path);
        }
        if (node.isObject()) {
            node.properties().forEach(entry -> {
                Schema field = schema.field(entry.getKey());
                if (field != null) {
                    JsonNode before = old == null ? null : old.get(entry.getKey());
                    boolean declared = schema.declares(entry.getKey());
                    walk(
                            field,
                            entry.getValue(),
                            before,
                            declared ? Settling.join(path, entry.getKey()) : path + "[" + entry.getKey() + "]");
                }
            });
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(schema.item(), node.get(i), sameItem(schema, node.get(i), old), path + "[" + i + "]");
            }
        }
    }

    private void ask(Schema schema, JsonNode node, @Nullable JsonNode old, String path) {
        Object self = value(schema, node);
        Object oldSelf = old == null || old.isNull() ? null : value(schema, old);
        for (Rule rule : schema.rules()) {
            if (rule.isTransition() && oldSelf == null) {
                continue;
            }
            String failure = rule.check(self, oldSelf);
            if (failure != null) {
                String shown = node.isContainerNode() ? "\"" + Validation.typeOf(node) + "\"" : node.toString();
                String field = path + rule.fieldPath();
                problems.add(Problem.invalid(field.startsWith(".") ? field.substring(1) : field, shown, failure));
            }
        }
    }

    /** The old state of a list item, where items can be told apart. */
    private static @Nullable JsonNode sameItem(Schema schema, JsonNode item, @Nullable JsonNode old) {
        if (old == null || schema.listType() != Schema.ListType.MAP) {
            return null;
        }
        for (JsonNode candidate : old) {
            if (schema.keyOf(candidate).equals(schema.keyOf(item))) {
                return candidate;
            }
        }
        return null;
    }

    /** JSON as CEL sees it: integers as int, numbers as double, property names escaped as Kubernetes does. */
    private static Object value(Schema schema, JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                node.properties().forEach(entry -> {
                    Schema field = schema.field(entry.getKey());
                    String name = schema.declares(entry.getKey()) ? escape(entry.getKey()) : entry.getKey();
                    map.put(name, value(field == null ? Schema.ANY : field, entry.getValue()));
                });
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                node.forEach(item -> list.add(value(schema.item(), item)));
                yield list;
            }
            case NUMBER ->
                node.isIntegralNumber() && !schema.type().equals("number") ? node.asLong() : (Object) node.asDouble();
            case BOOLEAN -> node.asBoolean();
            case STRING -> node.asText();
            default -> NullValue.NULL_VALUE;
        };
    }

    static String escape(String name) {
        if (RESERVED.contains(name)) {
            return "__" + name + "__";
        }
        return name.replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__");
    }
}
