package dev.cairn.embedded.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.schema.Problem;
import dev.cairn.embedded.store.Json;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The rules of metadata. */
public final class Metadata {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final Pattern LABEL_PATTERN = Pattern.compile(LABEL);
    private static final Pattern SUBDOMAIN_PATTERN = Pattern.compile(SUBDOMAIN);
    private static final Pattern NAME_PATTERN = Pattern.compile(NAME);
    private static final int MAX_ANNOTATIONS = 256 * 1024;
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Metadata() {}

    /** All that is wrong with an object's metadata. */
    static List<Problem> problems(Kind kind, ObjectNode object) {
        List<Problem> problems = new ArrayList<>();
        String name = Json.meta(object, "name");
        boolean label = kind.is("", "namespaces");
        Pattern pattern = label ? LABEL_PATTERN : SUBDOMAIN_PATTERN;
        if (name.isEmpty()) {
            problems.add(new Problem(
                    "FieldValueRequired", "metadata.name", "Required value: name or generateName is required"));
        } else if (!pattern.matcher(name).matches()) {
            problems.add(Problem.invalid(
                    "metadata.name",
                    quote(name),
                    "a lowercase RFC 1123 " + (label ? "label" : "subdomain")
                            + " must consist of lower case alphanumeric characters"
                            + (label ? " or '-'" : ", '-' or '.'")
                            + ", and must start and end with an alphanumeric character (regex used for validation is '"
                            + pattern + "')"));
        } else if (name.length() > (label ? 63 : 253)) {
            problems.add(Problem.invalid(
                    "metadata.name", quote(name), "must be no more than " + (label ? 63 : 253) + " characters"));
        }
        object.path("metadata").path("labels").properties().forEach(e -> {
            checkKey("metadata.labels", e.getKey(), problems);
            String value = e.getValue().asText();
            if (value.length() > 63
                    || !(value.isEmpty() || NAME_PATTERN.matcher(value).matches())) {
                problems.add(Problem.invalid(
                        "metadata.labels",
                        quote(value),
                        "a valid label must be an empty string or at most 63 alphanumeric characters, '-', '_' or '.',"
                                + " starting and ending with an alphanumeric character"));
            }
        });
        int size = 0;
        for (var entry : object.path("metadata").path("annotations").properties()) {
            checkKey("metadata.annotations", entry.getKey(), problems);
            size += entry.getKey().length() + entry.getValue().asText().length();
        }
        if (size > MAX_ANNOTATIONS) {
            problems.add(new Problem(
                    "FieldValueTooLong", "metadata.annotations", "Too long: may not be more than 262144 bytes"));
        }
        for (JsonNode finalizer : object.path("metadata").path("finalizers")) {
            checkKey("metadata.finalizers", finalizer.asText(), problems);
        }
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                if (owner.path(field).asText().isEmpty()) {
                    problems.add(Problem.invalid("metadata.ownerReferences." + field, "\"\"", "must not be empty"));
                }
            }
        }
        return problems;
    }

    private static void checkKey(String field, String key, List<Problem> problems) {
        int slash = key.indexOf('/');
        String prefix = slash < 0 ? "" : key.substring(0, slash);
        String name = key.substring(slash + 1);
        boolean prefixGood = slash < 0
                || (prefix.length() <= 253 && SUBDOMAIN_PATTERN.matcher(prefix).matches());
        if (!prefixGood || name.length() > 63 || !NAME_PATTERN.matcher(name).matches()) {
            problems.add(
                    Problem.invalid(
                            field,
                            quote(key),
                            "a key must be an optional DNS subdomain and '/', then at most 63 alphanumeric characters, '-', '_' or '.'"));
        }
    }

    private static String quote(String text) {
        return "\"" + text + "\"";
    }

    /** The time as objects hold it: seconds, UTC. */
    public static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A name from a prefix and five random letters. */
    static String generate(String prefix) {
        StringBuilder name = new StringBuilder(prefix.substring(0, Math.min(prefix.length(), 58)));
        for (int i = 0; i < 5; i++) {
            name.append(SUFFIX_LETTERS.charAt(RANDOM.nextInt(SUFFIX_LETTERS.length())));
        }
        return name.toString();
    }

    static boolean isDeleting(JsonNode object) {
        return !Json.meta(object, "deletionTimestamp").isEmpty();
    }

    static boolean hasFinalizer(JsonNode object, String finalizer) {
        for (JsonNode item : object.path("metadata").path("finalizers")) {
            if (item.asText().equals(finalizer)) {
                return true;
            }
        }
        return false;
    }

    static boolean hasFinalizers(JsonNode object) {
        return !object.path("metadata").path("finalizers").isEmpty();
    }

    static void addFinalizer(ObjectNode object, String finalizer) {
        if (!hasFinalizer(object, finalizer)) {
            ObjectNode metadata = Json.child(object, "metadata");
            ArrayNode list =
                    metadata.get("finalizers") instanceof ArrayNode known ? known : metadata.putArray("finalizers");
            list.add(finalizer);
        }
    }

    static void removeFinalizer(ObjectNode object, String finalizer) {
        if (object.path("metadata").get("finalizers") instanceof ArrayNode list) {
            for (int i = list.size() - 1; i >= 0; i--) {
                if (list.path(i).asText().equals(finalizer)) {
                    list.remove(i);
                }
            }
        }
    }
}
