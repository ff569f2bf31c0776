package dev.cairn.api;

import dev.cairn.core.model.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes values out of one resource, or says in one sentence why they cannot be taken. */
final class Check {
    /** Longer than anything that has a pattern may be: a pattern that repeats a group needs stack for each time. */
    private static final int LONGEST = 1024;

    private final HasMetadata resource;

    Check(HasMetadata resource) throws InvalidResource {
        if (resource.getMetadata() == null) {
            throw new InvalidResource(resource.getKind(), "metadata is missing", "set metadata.name");
        }
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

    /** The list, of which nothing may be missing; an absent one is empty. */
    <T> List<T> items(@Nullable List<T> list, String field) throws InvalidResource {
        List<T> items = list == null ? List.of() : list;
        for (int i = 0; i < items.size(); i++) {
            required(items.get(i), field + "[" + i + "]");
        }
        return items;
    }

    /** The labels; one without a value has the empty one, as for Kubernetes. */
    static Map<String, String> labels(@Nullable Map<String, String> given) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (given != null) {
            given.forEach((key, value) -> labels.put(key, value == null ? "" : value));
        }
        return labels;
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
        if (text.length() > LONGEST || !pattern.matcher(text).matches()) {
            throw invalid(field + " is " + quoted(text), wanted);
        }
        return text;
    }

    InvalidResource invalid(String found, String wanted) {
        return new InvalidResource(subject(), found, wanted);
    }

    /** The text on one line and not longer than a line, between quotes: it may come from anybody. */
    static String quoted(String text) {
        return '"' + line(text, "?", 80) + '"';
    }

    /** The text on one line, with something else for what cannot be seen, and cut off where it is longer. */
    static String line(String text, String unseen, int most) {
        String some = text.length() > most + 1 ? text.substring(0, most + 1) : text;
        String line = some.replaceAll(Grammar.UNSEEN, unseen).strip();
        if (line.length() <= most) {
            return line;
        }
        int end = most - 3;
        return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + "...";
    }

    private String subject() {
        String namespace = resource.getMetadata().getNamespace();
        String name = resource.getMetadata().getName();
        return resource.getKind() + " " + (namespace == null ? "" : line(namespace, "?", 63) + "/")
                + (name == null ? "?" : line(name, "?", 253));
    }
}
