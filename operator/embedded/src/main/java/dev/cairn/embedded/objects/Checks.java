package dev.cairn.embedded.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.objects.ObjectWriter.Target;
import dev.cairn.embedded.schema.Problem;
import dev.cairn.embedded.schema.Settling;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Stored;
import dev.cairn.embedded.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a request must fulfil before its object is looked at; each throws an {@link ApiError}. */
final class Checks {
    private Checks() {}

    static void identity(Target target, ObjectNode body) {
        Kind kind = target.kind();
        String given = body.path("kind").asText();
        boolean sameVersion = body.path("apiVersion").asText().equals(kind.apiVersion());
        if (!kind.builtIn() && sameVersion && !given.isEmpty() && !given.equals(kind.kind())) {
            throw ApiError.invalid(
                    kind,
                    Json.meta(body, "name"),
                    List.of(Problem.invalid("kind", body.path("kind").toString(), "must be " + kind.kind())));
        }
        if (!given.equals(kind.kind()) || !sameVersion) {
            throw ApiError.badRequest(
                    "the object provided is " + body.path("apiVersion").asText("of no version") + " "
                            + body.path("kind").asText("of no kind") + ", but this path serves " + kind.apiVersion()
                            + " " + kind.kind());
        }
        if (body.has("metadata") && !body.path("metadata").isObject()) {
            throw ApiError.badRequest("metadata must be an object");
        }
        String namespace = Json.meta(body, "namespace");
        if (kind.namespaced() && !namespace.isEmpty() && !namespace.equals(target.namespace())) {
            throw ApiError.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        String name = Json.meta(body, "name");
        if (!target.name().isEmpty() && !name.isEmpty() && !name.equals(target.name())) {
            throw ApiError.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + target.name() + ")");
        }
    }

    /** Values of the wrong type in a built-in kind are found while decoding, so to say: a bad request. */
    static void decodes(Kind kind, List<Problem> problems) {
        for (Problem problem : problems) {
            boolean metadata = problem.field().startsWith("metadata");
            if (problem.cause().equals(Problem.TYPE)
                    && (metadata || (kind.builtIn() && !Builtins.isDefinition(kind)))) {
                throw ApiError.badRequest(kind.kind() + " in version \"" + kind.version() + "\" cannot be handled as a "
                        + kind.kind() + ": " + problem);
            }
        }
    }

    /** Some kinds are never replaced without saying which version is replaced. */
    static void replaces(Target target, ObjectNode body) {
        Kind kind = target.kind();
        boolean blind = kind.builtIn() && !kind.is("coordination.k8s.io", "leases") && !Builtins.isDefinition(kind);
        if (!blind && Json.meta(body, "resourceVersion").isEmpty()) {
            throw ApiError.invalid(
                    kind,
                    target.name(),
                    List.of(Problem.invalid("metadata.resourceVersion", "0", "must be specified for an update")));
        }
    }

    static void preconditions(Target target, Stored old, JsonNode wanted) {
        String uid = wanted.path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(old.uid())) {
            throw ApiError.conflict(
                    target.kind(),
                    target.name(),
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + old.uid());
        }
        String revision = wanted.path("resourceVersion").asText("");
        if (!revision.isEmpty() && !revision.equals("0") && !revision.equals(Long.toString(old.revision()))) {
            throw ApiError.conflict(
                    target.kind(),
                    target.name(),
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
    }

    static void preconditionsOfAbsent(Target target, JsonNode wanted) {
        if (wanted.has("uid")) {
            throw ApiError.conflict(target.kind(), target.name(), "a uid is set, but there is no such object");
        }
    }

    static void namespace(Transaction tx, String namespace, Kind kind) {
        Stored stored = tx.get(Builtins.namespaceKey(namespace));
        if (stored == null) {
            throw new ApiError(404, "NotFound", "namespaces \"" + namespace + "\" not found");
        }
        if (stored.isDeleting()) {
            throw ApiError.terminating(kind, namespace);
        }
    }

    static void unknownFields(Call call, Kind kind, ObjectNode body) {
        List<String> unknown = new ArrayList<>();
        call.duplicates().forEach(path -> unknown.add("duplicate field \"" + path + "\""));
        Settling.prune(kind.schema(), body).forEach(path -> unknown.add("unknown field \"" + path + "\""));
        if (unknown.isEmpty() || call.unknownFields() == Call.Unknown.DROP) {
            return;
        }
        String all = String.join(", ", unknown);
        if (call.unknownFields() == Call.Unknown.REFUSE) {
            throw ApiError.badRequest(
                    kind.kind() + " in version \"" + kind.version().toLowerCase(Locale.ROOT)
                            + "\" cannot be handled as a " + kind.kind() + ": strict decoding error: " + all);
        }
        call.warnings().addAll(unknown);
    }
}
