package dev.cairn.embedded.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.JsonPath;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.schema.Problem;
import dev.cairn.embedded.store.Json;
import java.util.List;

/** The scale subresource: autoscaling/v1 Scale as a view of an object. */
public final class ScaleView {
    private ScaleView() {}

    /** The Scale of an object. */
    public static ObjectNode of(Kind kind, ObjectNode object) {
        Kind.Scale scale = require(kind);
        ObjectNode view = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = view.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            if (object.path("metadata").has(field)) {
                metadata.set(field, object.path("metadata").path(field));
            }
        }
        view.putObject("spec").put("replicas", number(object, scale.specReplicas()));
        ObjectNode status = view.putObject("status").put("replicas", number(object, scale.statusReplicas()));
        if (!scale.selector().isEmpty()) {
            JsonPath.find(object, scale.selector()).stream()
                    .findFirst()
                    .ifPresent(selector -> status.put("selector", selector.asText()));
        }
        return view;
    }

    /** Sets the object's replicas from a Scale; the Scale's resource version is taken over as a precondition. */
    public static ObjectNode applyTo(Kind kind, ObjectNode object, ObjectNode view) {
        JsonNode replicas = view.path("spec").path("replicas");
        if (!replicas.isIntegralNumber() || replicas.asLong() < 0) {
            throw ApiError.invalidScale(
                    Json.meta(view, "name"),
                    List.of(Problem.invalid("spec.replicas", replicas.toString(), "should be a non-negative integer")));
        }
        ObjectNode result = object.deepCopy();
        String[] path = require(kind).specReplicas().substring(1).split("\\.", -1);
        ObjectNode at = result;
        for (int i = 0; i < path.length - 1; i++) {
            at = Json.child(at, path[i]);
        }
        at.set(path[path.length - 1], replicas);
        Json.child(result, "metadata").put("resourceVersion", Json.meta(view, "resourceVersion"));
        return result;
    }

    private static Kind.Scale require(Kind kind) {
        Kind.Scale scale = kind.scale();
        if (scale == null) {
            throw ApiError.noSuchPath();
        }
        return scale;
    }

    private static int number(ObjectNode object, String path) {
        return JsonPath.find(object, path).stream()
                .findFirst()
                .map(JsonNode::asInt)
                .orElse(0);
    }
}
