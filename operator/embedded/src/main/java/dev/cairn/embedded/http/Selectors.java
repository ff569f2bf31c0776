package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.JsonPath;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.store.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** labelSelector and fieldSelector as predicates. */
final class Selectors {
    private static final String WORD = "[\\w./-]+";
    private static final Pattern SET = Pattern.compile("(" + WORD + ")\\s+(in|notin)\\s*\\(([^()]*)\\)");
    private static final Pattern EQUAL = Pattern.compile("(" + WORD + ")\\s*(==|=|!=)\\s*([\\w.-]*)");
    private static final Pattern EXISTS = Pattern.compile("(!?)\\s*(" + WORD + ")");
    private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");
    private static final Pattern FIELD = Pattern.compile("([\\w.]+)(==|=|!=)(.*)");

    private static final Set<String> EVENT_FIELDS = Set.of(
            "involvedObject.apiVersion",
            "involvedObject.fieldPath",
            "involvedObject.kind",
            "involvedObject.name",
            "involvedObject.namespace",
            "involvedObject.resourceVersion",
            "involvedObject.uid",
            "reason",
            "reportingComponent",
            "source",
            "type");

    private Selectors() {}

    static Predicate<ObjectNode> labels(String selector) {
        Predicate<ObjectNode> all = object -> true;
        for (String part : COMMA.split(selector)) {
            if (!part.isBlank()) {
                all = all.and(label(part.strip(), selector));
            }
        }
        return all;
    }

    private static Predicate<ObjectNode> label(String part, String whole) {
        Matcher set = SET.matcher(part);
        if (set.matches()) {
            List<String> values = Arrays.stream(set.group(3).split(",", -1))
                    .map(String::strip)
                    .toList();
            boolean in = set.group(2).equals("in");
            String key = set.group(1);
            return object -> (has(object, key) && values.contains(value(object, key))) == in;
        }
        Matcher equal = EQUAL.matcher(part);
        if (equal.matches()) {
            String key = equal.group(1);
            String wanted = equal.group(3);
            boolean same = !equal.group(2).equals("!=");
            return object -> (has(object, key) && value(object, key).equals(wanted)) == same;
        }
        Matcher exists = EXISTS.matcher(part);
        if (exists.matches()) {
            boolean wanted = exists.group(1).isEmpty();
            String key = exists.group(2);
            return object -> has(object, key) == wanted;
        }
        throw ApiError.badRequest("unable to parse requirement in the label selector \"" + whole + "\": " + part);
    }

    private static boolean has(ObjectNode object, String key) {
        return object.path("metadata").path("labels").has(key);
    }

    private static String value(ObjectNode object, String key) {
        return object.path("metadata").path("labels").path(key).asText();
    }

    /** metadata.name and metadata.namespace of every kind, and any field of events. */
    static Predicate<ObjectNode> fields(String selector, Kind kind) {
        Predicate<ObjectNode> all = object -> true;
        for (String part : selector.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            Matcher field = FIELD.matcher(part.strip());
            if (!field.matches()) {
                throw ApiError.badRequest("invalid field selector: " + part);
            }
            String path = field.group(1);
            boolean event = kind.plural().equals("events") && EVENT_FIELDS.contains(path);
            if (!event && !path.equals("metadata.name") && !path.equals("metadata.namespace")) {
                throw ApiError.badRequest("field label not supported: " + path);
            }
            boolean same = !field.group(2).equals("!=");
            all = all.and(object -> text(object, path).equals(field.group(3)) == same);
        }
        return all;
    }

    private static String text(ObjectNode object, String path) {
        if (path.equals("metadata.name")) {
            return Json.meta(object, "name");
        }
        var found = JsonPath.find(object, "." + path);
        return found.isEmpty() ? "" : found.get(0).asText();
    }
}
