package dev.cairn.embedded.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.store.Json;
import java.util.List;

/**
 * The OpenAPI v2 document. kubectl before 1.27 reads it as protobuf (gnostic's OpenAPIv2.proto, whose field numbers stand
 * here) to validate, explain and see whether a dry run is possible; other clients read JSON.
 */
public final class OpenApiV2 {
    private static final List<String> COPIED = List.of(
            "description",
            "type",
            "format",
            "required",
            "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-map-type",
            "x-kubernetes-group-version-kind");

    private final Kinds kinds;

    public OpenApiV2(Kinds kinds) {
        this.kinds = kinds;
    }

    /** As JSON. */
    public ObjectNode json() {
        ObjectNode document = Json.object().put("swagger", "2.0");
        document.putObject("info").put("title", "Cairn").put("version", "v1.32.4");
        document.putObject("paths");
        ObjectNode definitions = document.putObject("definitions");
        kinds.all().forEach(kind -> definitions.set(OpenApi.definitionName(kind), simple(OpenApi.definition(kind))));
        return document;
    }

    /** What version 2 can say: a value that old clients would judge wrongly has no type at all. */
    private static ObjectNode simple(JsonNode schema) {
        ObjectNode result = Json.object();
        COPIED.stream().filter(schema::has).forEach(name -> result.set(name, schema.get(name)));
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (schema.path("nullable").asBoolean()
                || schema.path("x-kubernetes-int-or-string").asBoolean()
                || (open && !schema.has("properties"))) {
            result.remove(List.of("type", "format", "required"));
            return result;
        }
        if (schema.has("properties") && !open) {
            ObjectNode properties = result.putObject("properties");
            schema.path("properties").properties().forEach(e -> properties.set(e.getKey(), simple(e.getValue())));
        }
        if (schema.path("items").isObject()) {
            result.set("items", simple(schema.path("items")));
        }
        if (schema.path("additionalProperties").isObject()) {
            result.set("additionalProperties", simple(schema.path("additionalProperties")));
        }
        return result;
    }

    /** As protobuf, message openapi.v2.Document. */
    public byte[] protobuf() {
        ObjectNode json = json();
        Proto document = new Proto().text(1, "2.0");
        document.message(2, info -> info.text(1, "Cairn").text(2, "v1.32.4"));
        document.message(8, paths -> kinds.all().forEach(kind -> paths.message(2, path -> path(path, kind))));
        document.message(
                9,
                definitions -> json.path("definitions")
                        .properties()
                        .forEach(e -> definitions.message(1, named -> named(named, e.getKey(), e.getValue()))));
        return document.toByteArray();
    }

    private static void path(Proto path, Kind kind) {
        String scope = kind.namespaced() ? "/namespaces/{namespace}/" : "/";
        path.text(1, "/" + OpenApi.pathOf(kind) + scope + kind.plural() + "/{name}");
        path.message(
                2,
                item -> item.message(8, patch -> {
                    for (String parameter : OpenApi.PATCH_PARAMETERS) {
                        patch.message(
                                8,
                                union -> union.message(
                                        1,
                                        any -> any.message(
                                                2,
                                                nonBody -> nonBody.message(
                                                        3,
                                                        query -> query.text(2, "query")
                                                                .text(4, parameter)
                                                                .text(6, "string")))));
                    }
                    extension(patch, 13, "x-kubernetes-group-version-kind", OpenApi.groupVersionKind(kind));
                }));
    }

    private static void named(Proto named, String name, JsonNode schema) {
        named.text(1, name).message(2, value -> schema(value, schema));
    }

    private static void schema(Proto out, JsonNode schema) {
        if (schema.has("format")) {
            out.text(2, schema.path("format").asText());
        }
        if (schema.has("description")) {
            out.text(4, schema.path("description").asText());
        }
        schema.path("required").forEach(name -> out.text(19, name.asText()));
        if (schema.path("additionalProperties").isObject()) {
            out.message(21, more -> more.message(1, value -> schema(value, schema.path("additionalProperties"))));
        }
        if (schema.has("type")) {
            out.message(22, type -> type.text(1, schema.path("type").asText()));
        }
        if (schema.path("items").isObject()) {
            out.message(23, items -> items.message(1, value -> schema(value, schema.path("items"))));
        }
        if (schema.has("properties")) {
            out.message(
                    25,
                    properties -> schema.path("properties")
                            .properties()
                            .forEach(e -> properties.message(1, named -> named(named, e.getKey(), e.getValue()))));
        }
        schema.properties().forEach(e -> {
            if (e.getKey().startsWith("x-")) {
                extension(out, 31, e.getKey(), e.getValue());
            }
        });
    }

    private static void extension(Proto out, int field, String name, JsonNode value) {
        out.message(field, named -> named.text(1, name).message(2, any -> any.text(2, value.toString())));
    }
}
