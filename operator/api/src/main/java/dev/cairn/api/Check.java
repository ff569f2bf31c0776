package dev.cairn.api;

import dev.cairn.core.model.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes values out of one resource, or says in one sentence why they cannot be taken. */
final class Check {
    private final HasMetadata resource;

    Check(HasMetadata resource) {
        this.resource = resource;
    }

    /** Namespace and name; a resource that is not on a server yet and names no namespace is in {@code default}. */
    ObjectKey key() throws InvalidResource {
        String namespace = resource.getMetadata().getNamespace();
        return new ObjectKey(namespace == null ? "default" : namespace, name());
    }

    String name() throws InvalidResource {
        return required(resource.getMetadata().getName(), "metadata.name");
    }

    long generation() {
        Long generation = resource.getMetadata().getGeneration();
        return generation == null ? 0 : generation;
    }

    boolean deleting() {
        return resource.getMetadata().getDeletionTimestamp() != null;
    }

    <T> T required(@Nullable T value, String field) throws InvalidResource {
        if (value == null) {
            throw invalid(field + " is missing", "set it");
        }
        return value;
    }

    /** The number, or the default when it is absent. */
    int number(@Nullable Integer value, int absent, String field, int min, int max) throws InvalidResource {
        return value == null ? absent : number(value, field, min, max);
    }

    int number(@Nullable Integer value, String field, int min, int max) throws InvalidResource {
        int number = required(value, field);
        if (number < min || number > max) {
            throw invalid(field + " is " + number, "it must be from " + min + " to " + max);
        }
        return number;
    }

    Instant time(@Nullable String value, String field) throws InvalidResource {
        try {
            return Instant.parse(required(value, field));
        } catch (DateTimeParseException e) {
            throw invalid(
                    field + " is " + quoted(String.valueOf(value)), "it must be a time such as 2026-01-31T12:00:00Z");
        }
    }

    /** What one of the names stands for, or the default when it is absent. */
    <T> T oneOf(@Nullable String value, Map<String, T> values, T absent, String field) throws InvalidResource {
        if (value == null) {
            return absent;
        }
        T known = values.get(value);
        if (known == null) {
            String names = String.join(", ", values.keySet().stream().sorted().toList());
            throw invalid(field + " is " + quoted(value), "it must be one of " + names);
        }
        return known;
    }

    String text(@Nullable String value, String field, Pattern pattern, String wanted) throws InvalidResource {
        String text = required(value, field);
        if (!pattern.matcher(text).matches()) {
            throw invalid(field + " is " + quoted(text), wanted);
        }
        return text;
    }

    InvalidResource invalid(String found, String wanted) {
        return new InvalidResource(subject(), found, wanted);
    }

    /** The text on one line and not longer than a line, between quotes: it may come from anybody. */
    static String quoted(String text) {
        String oneLine = text.replaceAll("\\p{Cntrl}", "?");
        return '"' + (oneLine.length() > 80 ? oneLine.substring(0, 77) + "..." : oneLine) + '"';
    }

    private String subject() {
        String namespace = resource.getMetadata().getNamespace();
        String name = resource.getMetadata().getName();
        return resource.getKind() + " " + (namespace == null ? "" : namespace + "/") + (name == null ? "?" : name);
    }
}
