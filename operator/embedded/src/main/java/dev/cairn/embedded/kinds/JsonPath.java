package dev.cairn.embedded.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of JSONPath that columns and selectable paths use: {@code .a.b}, {@code ['a']}, {@code [0]}, {@code [*]} and
 * {@code [?(@.a=="b")]}.
 */
public final class JsonPath {
    private static final Pattern STEP = Pattern.compile(
            "\\.?\\[\\?\\(\\s*@\\.(?<where>[\\w.\\-]+)\\s*==\\s*[\"'](?<is>[^\"']*)[\"']\\s*\\)\\]"
                    + "|\\[['\"](?<quoted>[^'\"]+)['\"]\\]|\\[(?<index>-?\\d{1,9})\\]|\\[\\*\\]|\\.(?<name>(?:[^.\\[\\\\]|\\\\.)+)");

    private JsonPath() {}

    /** All values at the path, none when it leads nowhere. */
    public static List<JsonNode> find(JsonNode node, String path) {
        List<JsonNode> found = List.of(node);
        Matcher step = STEP.matcher(path);
        int end = 0;
        while (step.find() && step.start() == end) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode at : found) {
                follow(at, step, next);
            }
            found = next;
            end = step.end();
        }
        return found;
    }

    private static void follow(JsonNode at, Matcher step, List<JsonNode> next) {
        String name = step.group("name") != null ? step.group("name").replace("\\.", ".") : step.group("quoted");
        if (name != null) {
            add(at.get(name), next);
        } else if (step.group("index") != null) {
            int index = Integer.parseInt(step.group("index"));
            add(at.get(index < 0 ? at.size() + index : index), next);
        } else if (step.group("where") != null) {
            for (JsonNode item : at) {
                List<JsonNode> value = find(item, "." + step.group("where"));
                if (!value.isEmpty() && value.get(0).asText().equals(step.group("is"))) {
                    next.add(item);
                }
            }
        } else {
            at.forEach(next::add);
        }
    }

    private static void add(@org.jspecify.annotations.Nullable JsonNode node, List<JsonNode> next) {
        if (node != null && !node.isNull()) {
            next.add(node);
        }
    }
}
