package dev.cairn.embedded.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.schema.Problem;
import dev.cairn.embedded.store.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Kubernetes checks in ConfigMaps, Secrets, Leases and Events beyond their schema. */
final class BuiltinRules {
    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final int MAX_DATA = 1024 * 1024;

    /** What a Secret of a type must hold. */
    private static final Map<String, List<String>> NEEDED = Map.of(
            "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
            "kubernetes.io/dockercfg", List.of(".dockercfg"),
            "kubernetes.io/tls", List.of("tls.crt", "tls.key"),
            "kubernetes.io/ssh-auth", List.of("ssh-privatekey"));

    private final List<Problem> problems = new ArrayList<>();

    private BuiltinRules() {}

    static List<Problem> problems(Kind kind, @Nullable JsonNode old, ObjectNode object) {
        BuiltinRules rules = new BuiltinRules();
        if (kind.is("", "configmaps") || kind.is("", "secrets")) {
            rules.data(object);
            rules.immutable(old, object);
        }
        if (kind.is("", "secrets")) {
            rules.secret(old, object);
        } else if (kind.is("coordination.k8s.io", "leases")) {
            rules.lease(object.path("spec"));
        } else if (kind.is("", "events")) {
            rules.event(object);
        }
        return rules.problems;
    }

    private void data(ObjectNode object) {
        long size = 0;
        for (String field : List.of("data", "binaryData")) {
            for (var entry : object.path(field).properties()) {
                String key = entry.getKey();
                size += entry.getValue().asText().length();
                if (key.length() > 253
                        || key.equals(".")
                        || key.startsWith("..")
                        || !KEY.matcher(key).matches()) {
                    problems.add(Problem.invalid(
                            field + "[" + key + "]",
                            "\"" + key + "\"",
                            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
                                    + " (e.g. 'key.name', or 'KEY_NAME', or 'key-name', regex used for validation is '"
                                    + KEY + "')"));
                }
            }
        }
        boolean secret = object.path("kind").asText().equals("Secret");
        if ((secret ? size / 4 * 3 : size) > MAX_DATA) {
            problems.add(new Problem(
                    "FieldValueTooLong",
                    secret ? "data" : "",
                    "Too long: may not be more than " + MAX_DATA + " bytes"));
        }
    }

    private void immutable(@Nullable JsonNode old, ObjectNode object) {
        if (old == null || !old.path("immutable").asBoolean()) {
            return;
        }
        if (!object.path("immutable").asBoolean()) {
            forbidden("immutable");
        }
        for (String field : List.of("data", "binaryData")) {
            if (!old.path(field).equals(object.path(field))) {
                forbidden(field);
            }
        }
    }

    private void forbidden(String field) {
        problems.add(
                new Problem("FieldValueForbidden", field, "Forbidden: field is immutable when `immutable` is set"));
    }

    private void secret(@Nullable JsonNode old, ObjectNode object) {
        String type = object.path("type").asText();
        if (old != null && !old.path("type").asText().equals(type)) {
            problems.add(Problem.invalid("type", "\"" + type + "\"", "field is immutable"));
        }
        for (String key : NEEDED.getOrDefault(type, List.of())) {
            if (!object.path("data").has(key)) {
                problems.add(new Problem("FieldValueRequired", "data[" + key + "]", "Required value"));
            }
        }
        for (var entry : object.path("data").properties()) {
            try {
                Base64.getDecoder().decode(entry.getValue().asText());
            } catch (IllegalArgumentException e) {
                throw ApiError.badRequest("Secret in version \"v1\" cannot be handled as a Secret: data["
                        + entry.getKey() + "]: illegal base64 data");
            }
        }
    }

    private void lease(JsonNode spec) {
        if (spec.has("leaseDurationSeconds")
                && spec.path("leaseDurationSeconds").asLong() <= 0) {
            problems.add(Problem.invalid(
                    "spec.leaseDurationSeconds",
                    spec.path("leaseDurationSeconds").toString(),
                    "must be greater than 0"));
        }
        if (spec.path("leaseTransitions").asLong(0) < 0) {
            problems.add(Problem.invalid(
                    "spec.leaseTransitions",
                    spec.path("leaseTransitions").toString(),
                    "must be greater than or equal to 0"));
        }
    }

    /** Events of cluster-scoped objects stand in the namespace default. */
    private void event(ObjectNode event) {
        String of = event.path("involvedObject").path("namespace").asText();
        String in = Json.meta(event, "namespace");
        if (!of.equals(in) && !(of.isEmpty() && in.equals("default"))) {
            problems.add(
                    Problem.invalid("involvedObject.namespace", "\"" + of + "\"", "does not match event.namespace"));
        }
    }
}
