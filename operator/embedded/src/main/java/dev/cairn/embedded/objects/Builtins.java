package dev.cairn.embedded.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.Definitions;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.kinds.Kinds;
import dev.cairn.embedded.schema.Problem;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Key;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the built-in kinds need beyond their schema. */
final class Builtins {
    /** Namespaces that are always there. */
    static final Set<String> PERMANENT = Set.of("default", "kube-system");

    private final Kinds kinds;

    Builtins(Kinds kinds) {
        this.kinds = kinds;
    }

    static Key namespaceKey(String name) {
        return new Key("", "namespaces", "", name);
    }

    static boolean isNamespace(Kind kind) {
        return kind.is("", "namespaces");
    }

    /** Whether changes of an object are counted. */
    static boolean hasGeneration(Kind kind) {
        return !kind.builtIn() || isDefinition(kind) || isWebhook(kind);
    }

    private static boolean isWebhook(Kind kind) {
        return kind.is("admissionregistration.k8s.io", "validatingwebhookconfigurations");
    }

    static boolean isDefinition(Kind kind) {
        return kind.is(Kinds.CRD_GROUP, Kinds.CRD_PLURAL);
    }

    /** Sets what Kubernetes sets before it stores. */
    void prepare(Kind kind, ObjectNode object) {
        if (isNamespace(kind)) {
            ObjectNode metadata = Json.child(object, "metadata");
            Json.child(metadata, "labels").put("kubernetes.io/metadata.name", Json.meta(object, "name"));
            Json.child(object, "status").put("phase", Metadata.isDeleting(object) ? "Terminating" : "Active");
        } else if (kind.is("", "secrets") && object.get("stringData") instanceof ObjectNode plain) {
            ObjectNode data = Json.child(object, "data");
            plain.properties()
                    .forEach(e -> data.put(
                            e.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(e.getValue().asText().getBytes(StandardCharsets.UTF_8))));
            object.remove("stringData");
        } else if (isDefinition(kind)) {
            prepareDefinition(object);
        }
    }

    private static void prepareDefinition(ObjectNode object) {
        ObjectNode spec = Json.child(object, "spec");
        ObjectNode names = Json.child(spec, "names");
        String kind = names.path("kind").asText();
        names.put("listKind", names.path("listKind").asText(kind + "List"));
        names.put("singular", names.path("singular").asText(kind.toLowerCase(java.util.Locale.ROOT)));
        if (!spec.has("conversion")) {
            spec.putObject("conversion").put("strategy", "None");
        }
        ObjectNode status = Json.child(object, "status");
        status.set("acceptedNames", names.deepCopy());
        ArrayNode stored = status.putArray("storedVersions");
        spec.path("versions").forEach(version -> {
            if (version.path("storage").asBoolean()) {
                stored.add(version.path("name").asText());
            }
        });
        ArrayNode conditions = status.putArray("conditions");
        for (String type : List.of("NamesAccepted", "Established")) {
            conditions
                    .addObject()
                    .put("type", type)
                    .put("status", "True")
                    .put("lastTransitionTime", Json.meta(object, "creationTimestamp"))
                    .put("reason", type.equals("Established") ? "InitialNamesAccepted" : "NoConflicts")
                    .put(
                            "message",
                            type.equals("Established") ? "the initial names have been accepted" : "no conflicts found");
        }
    }

    /** What is wrong beyond the schema. */
    List<Problem> problems(Call call, Kind kind, @Nullable JsonNode old, ObjectNode object) {
        if (isWebhook(kind)) {
            call.warnings()
                    .add("this API keeps webhook configurations and asks no webhook: its admission is in its process");
        }
        if (!isDefinition(kind)) {
            return BuiltinRules.problems(kind, old, object);
        }
        JsonNode spec = object.path("spec");
        for (String field : List.of("/scope", "/group", "/names/kind", "/names/plural")) {
            if (old != null && !old.path("spec").at(field).equals(spec.at(field))) {
                return List.of(Problem.invalid(
                        "spec" + field.replace('/', '.'), spec.at(field).toString(), "field is immutable"));
            }
        }
        boolean taken = kinds.find(
                        spec.path("group").asText(),
                        spec.path("names").path("plural").asText())
                .filter(Kind::builtIn)
                .isPresent();
        return taken
                ? List.of(Problem.invalid("spec.group", spec.path("group").toString(), "this kind is built in"))
                : Definitions.problems(object, !call.user().equals(Call.SYSTEM));
    }
}
