package dev.cairn.embedded.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.admission.Admission;
import dev.cairn.embedded.admission.Admission.Operation;
import dev.cairn.embedded.admission.Admission.Verdict;
import dev.cairn.embedded.apply.FieldManager;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.kinds.Kinds;
import dev.cairn.embedded.objects.Remover.Propagation;
import dev.cairn.embedded.schema.Problem;
import dev.cairn.embedded.schema.Settling;
import dev.cairn.embedded.schema.Validation;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Key;
import dev.cairn.embedded.store.Stored;
import dev.cairn.embedded.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The rules of a write, from the client's object to the stored one. Runs inside a store transaction. */
public final class ObjectWriter {
    private static final int MAX_OBJECT_BYTES = 3 * 1024 * 1024;
    private static final List<String> KEPT = List.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "generation",
            "deletionTimestamp",
            "deletionGracePeriodSeconds");

    private final Builtins builtins;
    private final Admission admission;

    public ObjectWriter(Kinds kinds, Admission admission) {
        this.builtins = new Builtins(kinds);
        this.admission = admission;
    }

    /** Which object, in which kind; the subresource is empty, {@code status} or {@code scale}. */
    public record Target(Kind kind, String namespace, String name, String subresource) {
        Key key() {
            return kind.key(namespace, name);
        }
    }

    /** Stores a new object; its name may be empty in the target and come from the body. */
    public Stored create(Transaction tx, Call call, Target target, ObjectNode body) {
        return create(tx, call, target, body, false);
    }

    private Stored create(Transaction tx, Call call, Target target, ObjectNode body, boolean applied) {
        Kind kind = target.kind();
        Checks.identity(target, body);
        Checks.unknownFields(call, kind, body);
        ObjectNode metadata = Json.child(body, "metadata");
        if (!Json.meta(body, "resourceVersion").isEmpty()) {
            throw ApiError.badRequest("resourceVersion should not be set on objects to be created");
        }
        if (Json.meta(body, "name").isEmpty()
                && !Json.meta(body, "generateName").isEmpty()) {
            metadata.put("name", Metadata.generate(Json.meta(body, "generateName")));
        }
        metadata.remove(List.of("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "resourceVersion"));
        if (kind.namespaced()) {
            metadata.put("namespace", target.namespace());
            Checks.namespace(tx, target.namespace(), kind);
        } else {
            metadata.remove("namespace");
        }
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Metadata.now());
        if (Builtins.hasGeneration(kind)) {
            metadata.put("generation", 1);
        }
        if (kind.hasStatus()) {
            body.remove("status");
        }
        Key key = kind.key(target.namespace(), Json.meta(body, "name"));
        if (tx.get(key) != null) {
            throw ApiError.alreadyExists(kind, key.name());
        }
        return finish(tx, call, new Target(kind, target.namespace(), key.name(), ""), null, body, applied);
    }

    /** Replaces an object or its status by the body. */
    public Stored update(Transaction tx, Call call, Target target, ObjectNode body) {
        Checks.replaces(target, body);
        return change(tx, call, target, require(tx, target), body);
    }

    /** Changes an object or its status; the change gets a copy of the stored object. */
    public Stored patch(Transaction tx, Call call, Target target, UnaryOperator<ObjectNode> change) {
        Stored old = require(tx, target);
        return change(tx, call, target, old, change.apply(old.object().deepCopy()));
    }

    private Stored change(Transaction tx, Call call, Target target, Stored old, ObjectNode body) {
        Checks.identity(target, body);
        Checks.unknownFields(call, target.kind(), body);
        Checks.preconditions(target, old, body.path("metadata"));
        return finish(tx, call, target, old, carryOver(target, old.object(), body), false);
    }

    /** Server-side apply; creates the object when there is none. */
    public Stored apply(Transaction tx, Call call, Target target, ObjectNode body, boolean force) {
        if (call.manager().isEmpty()) {
            throw new ApiError(
                    422,
                    "Invalid",
                    "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        }
        if (!body.path("metadata").path("managedFields").isEmpty()) {
            throw ApiError.badRequest("metadata.managedFields must be nil");
        }
        Checks.identity(target, body);
        Checks.unknownFields(call, target.kind(), body);
        FieldManager manager = manager(call, target);
        Stored old = tx.get(target.key());
        if (old == null) {
            if (!target.subresource().isEmpty()) {
                throw ApiError.notFound(target.kind(), target.name());
            }
            Checks.preconditionsOfAbsent(target, body.path("metadata"));
            return create(tx, call, target, manager.apply(skeleton(target), body, force), true);
        }
        Checks.preconditions(target, old, body.path("metadata"));
        ObjectNode merged = manager.apply(old.object(), body, force);
        return finish(tx, call, target, old, carryOver(target, old.object(), merged), true);
    }

    private static ObjectNode skeleton(Target target) {
        ObjectNode object = Json.object()
                .put("apiVersion", target.kind().apiVersion())
                .put("kind", target.kind().kind());
        object.putObject("metadata").put("name", target.name());
        return object;
    }

    /** Deletes or marks an object and returns its last state. */
    public Stored delete(Transaction tx, Call call, Target target, JsonNode options) {
        Stored old = require(tx, target);
        Checks.preconditions(target, old, options.path("preconditions"));
        if (Builtins.isNamespace(target.kind()) && Builtins.PERMANENT.contains(target.name())) {
            throw ApiError.forbidden(
                    "namespaces \"" + target.name() + "\" is forbidden: this namespace may not be deleted");
        }
        admit(tx, call, Operation.DELETE, target, old.object(), null);
        return Remover.delete(tx, old, propagation(options));
    }

    private static Propagation propagation(JsonNode options) {
        if (options.path("orphanDependents").asBoolean()) {
            return Propagation.ORPHAN;
        }
        return switch (options.path("propagationPolicy").asText("Background")) {
            case "Background" -> Propagation.BACKGROUND;
            case "Foreground" -> Propagation.FOREGROUND;
            case "Orphan" -> Propagation.ORPHAN;
            default ->
                throw ApiError.invalidOptions(
                        "DeleteOptions",
                        List.of(new Problem(
                                "FieldValueNotSupported",
                                "propagationPolicy",
                                "Unsupported value: " + options.path("propagationPolicy")
                                        + ": supported values: \"Foreground\", \"Background\", \"Orphan\"")));
        };
    }

    private static Stored require(Transaction tx, Target target) {
        Stored stored = tx.get(target.key());
        if (stored == null) {
            throw ApiError.notFound(target.kind(), target.name());
        }
        return stored;
    }

    private Stored finish(
            Transaction tx, Call call, Target target, @Nullable Stored old, ObjectNode object, boolean applied) {
        Kind kind = target.kind();
        Settling.settle(kind.schema(), object);
        builtins.prepare(kind, object);
        if (old != null) {
            raiseGeneration(kind, old.object(), object);
        }
        if (!applied) {
            manager(call, target).update(old == null ? null : old.object(), object);
        }
        validate(call, target, old, object);
        admit(
                tx,
                call,
                old == null ? Operation.CREATE : Operation.UPDATE,
                target,
                old == null ? null : old.object(),
                object);
        if (old != null && Metadata.isDeleting(object) && !Metadata.hasFinalizers(object)) {
            return tx.delete(tx.put(old.key(), object));
        }
        if (old != null && FieldManager.same(old.object(), object)) {
            return old;
        }
        Stored stored = tx.put(target.key(), object);
        if (stored.json().length > MAX_OBJECT_BYTES) {
            throw new ApiError(
                    413, "RequestEntityTooLarge", "the object would be larger than " + MAX_OBJECT_BYTES + " bytes");
        }
        return stored;
    }

    private void validate(Call call, Target target, @Nullable Stored old, ObjectNode object) {
        Kind kind = target.kind();
        List<Problem> problems = new ArrayList<>(Metadata.problems(kind, object));
        problems.addAll(Validation.problems(kind.schema(), object, old == null ? null : old.object()));
        Checks.decodes(kind, problems);
        if (problems.isEmpty()) {
            problems.addAll(builtins.problems(call, kind, old == null ? null : old.object(), object));
        }
        if (old != null && Metadata.isDeleting(object)) {
            for (JsonNode finalizer : object.path("metadata").path("finalizers")) {
                if (!Metadata.hasFinalizer(old.object(), finalizer.asText())) {
                    problems.add(new Problem(
                            "FieldValueForbidden",
                            "metadata.finalizers",
                            "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers "
                                    + finalizer));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw ApiError.invalid(kind, target.name(), problems);
        }
    }

    private void admit(
            Transaction tx,
            Call call,
            Operation operation,
            Target target,
            @Nullable ObjectNode oldObject,
            @Nullable ObjectNode newObject) {
        Kind kind = target.kind();
        Verdict verdict = admission.review(new Admission.Request(
                operation,
                kind.group(),
                kind.kind(),
                kind.plural(),
                kind.namespaced() ? target.namespace() : "",
                target.name(),
                target.subresource(),
                call.user(),
                call.dryRun(),
                oldObject,
                newObject,
                lister(tx)));
        call.warnings().addAll(verdict.warnings());
        if (!verdict.allowed()) {
            throw ApiError.forbidden(verdict.message());
        }
    }

    private static Admission.Lister lister(Transaction tx) {
        return new Admission.Lister() {
            @Override
            public List<ObjectNode> list(String group, String plural, @Nullable String namespace) {
                return tx.list(group, plural, namespace).stream()
                        .map(Stored::object)
                        .toList();
            }

            @Override
            public Optional<ObjectNode> get(String group, String plural, String namespace, String name) {
                return Optional.ofNullable(tx.get(new Key(group, plural, namespace, name)))
                        .map(Stored::object);
            }
        };
    }

    private static FieldManager manager(Call call, Target target) {
        return new FieldManager(target.kind(), call.manager(), target.subresource(), Metadata.now());
    }

    private static void raiseGeneration(Kind kind, ObjectNode old, ObjectNode fresh) {
        if (!Builtins.hasGeneration(kind)) {
            return;
        }
        Set<String> outside = kind.hasStatus()
                ? Set.of("metadata", "apiVersion", "kind", "status")
                : Set.of("metadata", "apiVersion", "kind");
        if (!Json.sameBut(outside, old, fresh)) {
            Json.child(fresh, "metadata")
                    .put("generation", old.path("metadata").path("generation").asInt() + 1);
        }
    }

    /** The part of the body that the target may change, on top of what it may not. */
    private static ObjectNode carryOver(Target target, ObjectNode old, ObjectNode body) {
        ObjectNode result = body;
        if (target.subresource().equals("status")) {
            result = old.deepCopy();
            result.remove("status");
            if (body.has("status")) {
                result.set("status", body.path("status"));
            }
            JsonNode managed = body.path("metadata").get("managedFields");
            if (managed != null) {
                Json.child(result, "metadata").set("managedFields", managed);
            }
        } else if (target.kind().hasStatus()) {
            result.remove("status");
            if (old.has("status")) {
                result.set("status", old.path("status").deepCopy());
            }
        }
        ObjectNode metadata = Json.child(result, "metadata");
        metadata.remove("selfLink");
        for (String field : KEPT) {
            JsonNode value = old.path("metadata").get(field);
            if (value == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, value);
            }
        }
        return result;
    }
}
