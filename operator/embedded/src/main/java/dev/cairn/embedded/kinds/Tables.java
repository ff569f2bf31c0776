package dev.cairn.embedded.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.store.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;

/** Tables as {@code kubectl get} prints them. */
public final class Tables {
    private Tables() {}

    /**
     * A meta.k8s.io/v1 Table.
     *
     * @param include what each row holds beside its cells: Object, Metadata or None
     */
    public static ObjectNode table(Kind kind, List<ObjectNode> objects, String revision, String include) {
        ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata").put("resourceVersion", revision);
        ArrayNode definitions = table.putArray("columnDefinitions");
        define(
                definitions,
                new Column("Name", "string", "name", "Name must be unique within a namespace.", 0, ""),
                kind.builtIn());
        kind.columns().forEach(column -> define(definitions, column, kind.builtIn()));
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells").add(Json.meta(object, "name"));
            kind.columns().forEach(column -> cells.add(cell(column, object)));
            if (!include.equals("None")) {
                row.set("object", include.equals("Object") ? object : partial(object));
            }
        }
        return table;
    }

    private static void define(ArrayNode definitions, Column column, boolean builtIn) {
        definitions
                .addObject()
                .put("name", column.name())
                .put("type", builtIn && column.type().equals("date") ? "string" : column.type())
                .put("format", column.format())
                .put("description", column.description())
                .put("priority", column.priority());
    }

    /** Only type and metadata of an object. */
    public static ObjectNode partial(ObjectNode object) {
        ObjectNode partial = Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", object.path("metadata"));
        return partial;
    }

    private static JsonNode cell(Column column, ObjectNode object) {
        var factory = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;
        if (column.path().startsWith("=")) {
            return computed(column.path().substring(1), object);
        }
        List<JsonNode> found = JsonPath.find(object, column.path());
        if (found.isEmpty()) {
            return factory.nullNode();
        }
        JsonNode value = found.get(0);
        return switch (column.type()) {
            case "date" -> factory.textNode(age(value.asText()));
            case "integer", "number", "boolean" -> value;
            default -> factory.textNode(value.isContainerNode() ? value.toString() : value.asText());
        };
    }

    /** What the columns of built-in kinds show beyond one field. */
    private static JsonNode computed(String what, ObjectNode object) {
        var factory = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;
        return switch (what) {
            case "data" ->
                factory.numberNode(
                        object.path("data").size() + object.path("binaryData").size());
            case "webhooks" -> factory.numberNode(object.path("webhooks").size());
            case "subject" -> factory.textNode(subject(object));
            case "lastSeen" -> factory.textNode(lastSeen(object));
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static String subject(ObjectNode event) {
        JsonNode subject = event.has("regarding") ? event.path("regarding") : event.path("involvedObject");
        String kind = subject.path("kind").asText().toLowerCase(java.util.Locale.ROOT);
        String name = subject.path("name").asText();
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static String lastSeen(ObjectNode event) {
        for (String path : List.of(
                ".series.lastObservedTime",
                ".lastTimestamp",
                ".deprecatedLastTimestamp",
                ".firstTimestamp",
                ".deprecatedFirstTimestamp",
                ".eventTime")) {
            List<JsonNode> found = JsonPath.find(event, path);
            if (!found.isEmpty()) {
                return age(found.get(0).asText());
            }
        }
        return "<unknown>";
    }

    private static String age(String timestamp) {
        try {
            return age(Duration.between(OffsetDateTime.parse(timestamp).toInstant(), Instant.now()));
        } catch (DateTimeParseException e) {
            return "<invalid>";
        }
    }

    /** As kubectl prints durations: two units at most, the second only while it matters. */
    static String age(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 120) {
            return Math.max(0, seconds) + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return pair(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return pair(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = hours / 24;
        if (days < 8) {
            return pair(days, "d", hours % 24, "h");
        }
        return days < 730 ? days + "d" : pair(days / 365, "y", days % 365, "d");
    }

    private static String pair(long big, String bigUnit, long small, String smallUnit) {
        return big + bigUnit + (small == 0 ? "" : small + smallUnit);
    }
}
