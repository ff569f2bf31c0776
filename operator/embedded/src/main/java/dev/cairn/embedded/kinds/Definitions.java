package dev.cairn.embedded.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.schema.Problem;
import dev.cairn.embedded.schema.Schema;
import dev.cairn.embedded.schema.Structural;
import dev.cairn.embedded.store.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads CustomResourceDefinitions. One served version per definition: there is no conversion. */
public final class Definitions {
    /** The schema of metadata in every object, with the merge keys that server-side apply needs. */
    static final ObjectNode METADATA = metadata();

    private Definitions() {}

    /** What is wrong with a definition beyond its schema; its CEL rules are compiled only on demand. */
    public static List<Problem> problems(JsonNode definition, boolean rules) {
        List<Problem> problems = new ArrayList<>();
        JsonNode spec = definition.path("spec");
        String wanted = spec.path("names").path("plural").asText() + "."
                + spec.path("group").asText();
        if (!Json.meta(definition, "name").equals(wanted)) {
            problems.add(Problem.invalid(
                    "metadata.name",
                    "\"" + Json.meta(definition, "name") + "\"",
                    "must be spec.names.plural+\".\"+spec.group"));
        }
        for (String field : List.of("/group", "/names/kind", "/names/plural")) {
            if (spec.at(field).asText().isEmpty()) {
                problems.add(new Problem("FieldValueRequired", "spec" + field.replace('/', '.'), "Required value"));
            }
        }
        int served = 0;
        for (JsonNode version : spec.path("versions")) {
            served += version.path("served").asBoolean() ? 1 : 0;
        }
        if (served != 1 || !servedVersion(spec).path("storage").asBoolean()) {
            problems.add(Problem.invalid(
                    "spec.versions",
                    "\"array\"",
                    "this server serves exactly one version, which must be the stored one"));
            return problems;
        }
        JsonNode schema = servedVersion(spec).path("schema").path("openAPIV3Schema");
        problems.addAll(
                schema.isMissingNode()
                        ? List.of(new Problem(
                                "FieldValueRequired",
                                "spec.versions[0].schema.openAPIV3Schema",
                                "Required value: schemas are required"))
                        : Structural.problems(schema, "spec.validation.openAPIV3Schema", rules));
        JsonNode subresources = servedVersion(spec).path("subresources");
        if (subresources.has("scale")) {
            scalePath(subresources.path("scale"), "specReplicasPath", true, List.of("spec"), problems);
            scalePath(subresources.path("scale"), "statusReplicasPath", true, List.of("status"), problems);
            scalePath(subresources.path("scale"), "labelSelectorPath", false, List.of("spec", "status"), problems);
        }
        return problems;
    }

    /** A path below one of these fields; more than that Kubernetes does not ask for. */
    private static void scalePath(
            JsonNode scale, String field, boolean required, List<String> below, List<Problem> problems) {
        String path = scale.path(field).asText();
        String at = "spec.subresources.scale." + field;
        if (path.isEmpty()) {
            if (required) {
                problems.add(new Problem("FieldValueRequired", at, "Required value"));
            }
        } else if (below.stream().noneMatch(name -> path.startsWith("." + name + "."))) {
            problems.add(Problem.invalid(
                    at, "\"" + path + "\"", "should be a json path under ." + String.join(" or .", below)));
        }
    }

    private static JsonNode servedVersion(JsonNode spec) {
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean()) {
                return version;
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }

    /** The kind that a valid definition defines. */
    public static Kind kind(JsonNode definition, boolean builtIn) {
        JsonNode spec = definition.path("spec");
        JsonNode names = spec.path("names");
        JsonNode version = servedVersion(spec);
        String kind = names.path("kind").asText();
        ObjectNode schema = root(version.path("schema").path("openAPIV3Schema"));
        JsonNode subresources = version.path("subresources");
        return new Kind(
                spec.path("group").asText(),
                version.path("name").asText(),
                kind,
                names.path("listKind").asText(kind + "List"),
                names.path("plural").asText(),
                names.path("singular").asText(kind.toLowerCase(java.util.Locale.ROOT)),
                texts(names.path("shortNames")),
                texts(names.path("categories")),
                spec.path("scope").asText().equals("Namespaced"),
                builtIn,
                builtIn && spec.path("listOnly").asBoolean(),
                subresources.has("status"),
                scale(subresources.path("scale")),
                new Schema(schema),
                schema,
                columns(version.path("additionalPrinterColumns")));
    }

    private static ObjectNode root(JsonNode declared) {
        ObjectNode root = declared instanceof ObjectNode object ? object.deepCopy() : Json.object();
        root.put("type", "object");
        ObjectNode properties = Json.child(root, "properties");
        properties
                .putObject("apiVersion")
                .put("type", "string")
                .put("description", "The group and version of the kind.");
        properties.putObject("kind").put("type", "string").put("description", "The kind of the object.");
        properties.set("metadata", METADATA);
        return root;
    }

    private static Kind.@Nullable Scale scale(JsonNode scale) {
        return scale.isMissingNode()
                ? null
                : new Kind.Scale(
                        scale.path("specReplicasPath").asText(),
                        scale.path("statusReplicasPath").asText(),
                        scale.path("labelSelectorPath").asText(""));
    }

    private static List<Column> columns(JsonNode declared) {
        List<Column> columns = new ArrayList<>();
        for (JsonNode column : declared) {
            columns.add(new Column(
                    column.path("name").asText(),
                    column.path("type").asText(),
                    column.path("format").asText(""),
                    column.path("description").asText(""),
                    column.path("priority").asInt(0),
                    column.path("jsonPath").asText()));
        }
        return columns.isEmpty()
                ? List.of(new Column("Age", "date", "", "", 0, ".metadata.creationTimestamp"))
                : List.copyOf(columns);
    }

    private static List<String> texts(JsonNode array) {
        List<String> result = new ArrayList<>();
        array.forEach(item -> result.add(item.asText()));
        return List.copyOf(result);
    }

    private static ObjectNode metadata() {
        ObjectNode meta = Json.object().put("type", "object").put("description", "Standard object metadata.");
        ObjectNode fields = meta.putObject("properties");
        for (String text : List.of(
                "name",
                "generateName",
                "namespace",
                "uid",
                "resourceVersion",
                "creationTimestamp",
                "deletionTimestamp",
                "selfLink")) {
            fields.putObject(text).put("type", "string");
        }
        for (String number : List.of("generation", "deletionGracePeriodSeconds")) {
            fields.putObject(number).put("type", "integer");
        }
        for (String map : List.of("labels", "annotations")) {
            fields.putObject(map)
                    .put("type", "object")
                    .putObject("additionalProperties")
                    .put("type", "string");
        }
        ObjectNode finalizers = fields.putObject("finalizers").put("type", "array");
        finalizers.put("x-kubernetes-list-type", "set").putObject("items").put("type", "string");
        ObjectNode managed = fields.putObject("managedFields").put("type", "array");
        managed.putObject("items").put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
        ObjectNode owners = fields.putObject("ownerReferences").put("type", "array");
        owners.put("x-kubernetes-list-type", "map")
                .putArray("x-kubernetes-list-map-keys")
                .add("uid");
        ObjectNode owner = owners.putObject("items").put("type", "object");
        ObjectNode ownerFields = owner.putObject("properties");
        for (String text : List.of("apiVersion", "kind", "name", "uid")) {
            ownerFields.putObject(text).put("type", "string");
        }
        for (String flag : List.of("controller", "blockOwnerDeletion")) {
            ownerFields.putObject(flag).put("type", "boolean");
        }
        return meta;
    }
}
