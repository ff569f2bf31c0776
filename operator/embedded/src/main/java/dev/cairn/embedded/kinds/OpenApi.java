package dev.cairn.embedded.kinds;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.store.Json;
import java.util.List;
import java.util.TreeSet;

/** The OpenAPI v3 documents, one for each group and version. */
public final class OpenApi {
    /** Query parameters of a patch; kubectl looks here for what the server can do. */
    static final List<String> PATCH_PARAMETERS = List.of("dryRun", "fieldManager", "fieldValidation", "force");

    private final Kinds kinds;

    public OpenApi(Kinds kinds) {
        this.kinds = kinds;
    }

    static String pathOf(Kind kind) {
        return kind.group().isEmpty() ? "api/" + kind.version() : "apis/" + kind.apiVersion();
    }

    /** {@code /openapi/v3}. */
    public ObjectNode index() {
        ObjectNode index = Json.object();
        ObjectNode paths = index.putObject("paths");
        TreeSet<String> all = new TreeSet<>();
        kinds.all().forEach(kind -> all.add(pathOf(kind)));
        all.forEach(path ->
                paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + kinds.generation()));
        return index;
    }

    /** {@code /openapi/v3/<path>}. */
    public ObjectNode document(String path) {
        List<Kind> members =
                kinds.all().stream().filter(kind -> pathOf(kind).equals(path)).toList();
        if (members.isEmpty()) {
            throw ApiError.noSuchPath();
        }
        ObjectNode document = Json.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Cairn").put("version", "v1.32.4");
        ObjectNode paths = document.putObject("paths");
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        for (Kind kind : members) {
            schemas.set(definitionName(kind), definition(kind));
            String at = "/" + path + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural();
            ObjectNode one = paths.putObject(at + "/{name}");
            operation(one.putObject("get"), kind, "get", List.of());
            operation(one.putObject("put"), kind, "put", List.of("dryRun", "fieldManager", "fieldValidation"));
            operation(one.putObject("patch"), kind, "patch", PATCH_PARAMETERS);
            operation(one.putObject("delete"), kind, "delete", List.of("dryRun"));
            ObjectNode all = paths.putObject(at);
            operation(all.putObject("get"), kind, "list", List.of("labelSelector", "fieldSelector", "watch"));
            operation(all.putObject("post"), kind, "post", List.of("dryRun", "fieldManager", "fieldValidation"));
        }
        return document;
    }

    private static void operation(ObjectNode operation, Kind kind, String action, List<String> parameters) {
        ArrayNode list = operation.putArray("parameters");
        for (String name : parameters) {
            list.addObject()
                    .put("name", name)
                    .put("in", "query")
                    .putObject("schema")
                    .put("type", "string");
        }
        ObjectNode ok = operation.putObject("responses").putObject("200").put("description", "OK");
        ok.putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/" + definitionName(kind));
        operation.put("x-kubernetes-action", action);
        operation.set("x-kubernetes-group-version-kind", groupVersionKind(kind));
    }

    static ObjectNode groupVersionKind(Kind kind) {
        return Json.object()
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.kind());
    }

    /** Such as {@code com.example.v1.Widget}. */
    static String definitionName(Kind kind) {
        List<String> parts = new java.util.ArrayList<>(List.of(
                kind.group().isEmpty()
                        ? "io.k8s.core".split("\\.")
                        : kind.group().split("\\.")));
        if (!kind.group().isEmpty()) {
            java.util.Collections.reverse(parts);
        }
        return String.join(".", parts) + "." + kind.version() + "." + kind.kind();
    }

    static ObjectNode definition(Kind kind) {
        ObjectNode definition = ((ObjectNode) kind.rawSchema()).deepCopy();
        definition.putArray("x-kubernetes-group-version-kind").add(groupVersionKind(kind));
        return definition;
    }
}
