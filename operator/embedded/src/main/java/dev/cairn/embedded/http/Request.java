package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Yaml;
import dev.cairn.embedded.store.Json;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** A whole request, off the event loop. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Request(String method, List<String> path, MultiMap query, MultiMap headers, byte[] body, String user) {

    /** No type at all is JSON, as curl and others mean it. */
    private static final Set<String> BODIES = Set.of(
            "",
            "application/json",
            "application/yaml",
            "application/merge-patch+json",
            "application/json-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml");

    String query(String name) {
        String value = query.get(name);
        return value == null ? "" : value;
    }

    boolean has(String name) {
        return query.contains(name);
    }

    boolean flag(String name) {
        return query(name).equals("true") || query(name).equals("1");
    }

    String header(String name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }

    /** Media type of the body without parameters. */
    String contentType() {
        String type = header("Content-Type");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip();
    }

    /** The body as JSON, from JSON or YAML. */
    JsonNode json() {
        try {
            return contentType().contains("yaml") ? yaml() : Json.parse(body);
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
            throw ApiError.badRequest("error decoding the body: " + why);
        }
    }

    /** Fields that stand twice in a body of JSON. */
    List<String> duplicates() {
        try {
            return contentType().contains("json") ? Json.duplicates(body) : List.of();
        } catch (IOException e) {
            return List.of(); // whoever reads the body says what is wrong with it
        }
    }

    /** Most of what is sent as YAML is JSON, but YAML in flow style only begins like that. */
    private JsonNode yaml() throws IOException {
        try {
            JsonNode json = Json.parse(body);
            if (json.isContainerNode()) {
                return json;
            }
        } catch (IOException e) {
            // then it is YAML
        }
        List<JsonNode> documents = Yaml.documents(new String(body, StandardCharsets.UTF_8));
        if (documents.size() != 1) {
            throw ApiError.badRequest("the body must hold exactly one YAML document");
        }
        return documents.get(0);
    }

    ObjectNode object() {
        if (contentType().equals("application/vnd.kubernetes.protobuf")) {
            return ProtobufBody.read(body);
        }
        if (!BODIES.contains(contentType())) {
            throw new ApiError(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format (" + contentType()
                            + ") - accepted media types include: application/json, application/yaml");
        }
        if (json() instanceof ObjectNode object) {
            return object;
        }
        throw ApiError.badRequest("the body must be an object");
    }

    /** Delete options; an empty body is none, and the query may say the same. */
    ObjectNode deleteOptions() {
        ObjectNode options = body.length == 0 ? Json.object() : object();
        if (!query("propagationPolicy").isEmpty()) {
            options.put("propagationPolicy", query("propagationPolicy"));
        }
        return options;
    }
}
