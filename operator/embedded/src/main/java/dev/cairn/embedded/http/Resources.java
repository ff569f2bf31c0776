package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.apply.Patches;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.kinds.Kinds;
import dev.cairn.embedded.objects.Call;
import dev.cairn.embedded.objects.EventAlias;
import dev.cairn.embedded.objects.ObjectWriter;
import dev.cairn.embedded.objects.ObjectWriter.Target;
import dev.cairn.embedded.objects.ScaleView;
import dev.cairn.embedded.schema.Problem;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Listing;
import dev.cairn.embedded.store.Store;
import dev.cairn.embedded.store.Stored;
import dev.cairn.embedded.store.Transaction;
import dev.cairn.embedded.watch.WatchHub;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Requests for objects, watches excepted. */
final class Resources {
    private final Store store;
    private final Kinds kinds;
    private final ObjectWriter writer;

    private final Lists lists;

    Resources(Store store, Kinds kinds, ObjectWriter writer, WatchHub hub) {
        this.store = store;
        this.lists = new Lists(store, hub);
        this.kinds = kinds;
        this.writer = writer;
    }

    /** The kind that a route leads to; 404 when there is none or the route's scope is not the kind's. */
    Kind kindOf(Route route) {
        Kind kind = kinds.find(route.group(), route.plural())
                .filter(found -> found.version().equals(route.version()))
                .orElseThrow(ApiError::noSuchPath);
        boolean scoped = !route.namespace().isEmpty();
        boolean subresource = route.subresource().isEmpty()
                || (route.subresource().equals("status") && kind.hasStatus())
                || (route.subresource().equals("scale") && kind.scale() != null)
                || (route.subresource().equals("finalize") && kind.is("", "namespaces"));
        if (!subresource
                || (scoped && !kind.namespaced())
                || (!scoped && kind.namespaced() && !route.name().isEmpty())) {
            throw ApiError.noSuchPath();
        }
        return kind;
    }

    /** The kind under which objects are stored. */
    Kind storedKind(Kind kind) {
        return EventAlias.isAlias(kind) ? kinds.find("", "events").orElse(kind) : kind;
    }

    /** The objects that the selectors of a request name; where it has none, no tree is made. */
    Predicate<Stored> selected(Kind kind, Request request) {
        String labels = request.query("labelSelector");
        String fields = request.query("fieldSelector");
        if (labels.isEmpty() && fields.isEmpty()) {
            return stored -> true;
        }
        Predicate<ObjectNode> both = Selectors.labels(labels).and(Selectors.fields(fields, kind));
        return stored -> both.test(stored.object());
    }

    Response handle(Request request, Route route) {
        Kind kind = kindOf(route);
        if (kind.listOnly() && !request.method().equals("GET")) {
            throw ApiError.notAllowed(request.method());
        }
        Shape shape = Shape.of(kind, request.header("Accept"), request.query("includeObject"));
        if (route.name().isEmpty()) {
            return switch (request.method()) {
                case "GET" -> list(request, route, shape);
                case "POST" -> create(request, route, shape);
                case "DELETE" -> deleteAll(request, route, shape);
                default -> throw ApiError.notAllowed(request.method());
            };
        }
        if (route.subresource().equals("scale")) {
            return scale(request, route, kind);
        }
        return switch (request.method()) {
            case "GET" -> Response.json(200, shape.one(read(route, kind)), List.of());
            case "PUT" -> put(request, route, shape);
            case "PATCH" -> patch(request, route, shape);
            case "DELETE" -> delete(request, route, shape);
            default -> throw ApiError.notAllowed(request.method());
        };
    }

    private Stored read(Route route, Kind kind) {
        return store.get(storedKind(kind).key(route.namespace(), route.name()))
                .orElseThrow(() -> ApiError.notFound(kind, route.name()));
    }

    private Response list(Request request, Route route, Shape shape) {
        return Response.json(200, shape.list(page(request, route, shape.kind())), List.of());
    }

    private Lists.Page page(Request request, Route route, Kind kind) {
        Kind stored = storedKind(kind);
        String namespace = route.namespace().isEmpty() ? null : route.namespace();
        return lists.page(request, stored, namespace, selected(stored, request));
    }

    private Response create(Request request, Route route, Shape shape) {
        Kind kind = shape.kind();
        if (kind.namespaced() && route.namespace().isEmpty()) {
            throw ApiError.notAllowed("POST");
        }
        ObjectNode body = EventAlias.in(kind, request.object());
        Target target = new Target(storedKind(kind), route.namespace(), "", "");
        return write(request, shape, 201, call -> tx -> writer.create(tx, call, target, body));
    }

    private Response put(Request request, Route route, Shape shape) {
        ObjectNode body = EventAlias.in(shape.kind(), request.object());
        Target target = target(route, shape.kind());
        return write(request, shape, 200, call -> tx -> writer.update(tx, call, target, body));
    }

    private Response patch(Request request, Route route, Shape shape) {
        Target target = target(route, shape.kind());
        if (request.contentType().startsWith("application/apply-patch")) {
            if (!(request.json() instanceof ObjectNode body)) {
                throw ApiError.badRequest("an applied configuration must be an object");
            }
            boolean exists = store.get(target.kind().key(target.namespace(), target.name()))
                    .isPresent();
            ObjectNode core = EventAlias.in(shape.kind(), body);
            return write(
                    request,
                    shape,
                    exists ? 200 : 201,
                    call -> tx -> writer.apply(tx, call, target, core, request.flag("force")));
        }
        UnaryOperator<ObjectNode> change = change(request, shape.kind());
        return write(
                request,
                shape,
                200,
                call -> tx -> writer.patch(
                        tx,
                        call,
                        target,
                        old -> EventAlias.in(shape.kind(), change.apply(EventAlias.out(shape.kind(), old)))));
    }

    private static UnaryOperator<ObjectNode> change(Request request, Kind kind) {
        JsonNode patch = request.json();
        return switch (request.contentType()) {
            case "application/json-patch+json" -> old -> Patches.json(old, patch);
            case "application/merge-patch+json" -> old -> Patches.merge(old, patch);
            case "application/strategic-merge-patch+json" -> {
                if (!kind.builtIn()) {
                    throw unsupported(request);
                }
                yield old -> Patches.strategic(old, patch);
            }
            default -> throw unsupported(request);
        };
    }

    private static ApiError unsupported(Request request) {
        return new ApiError(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format (" + request.contentType()
                        + ") - accepted media types include: application/json-patch+json, application/merge-patch+json,"
                        + " application/apply-patch+yaml");
    }

    private Response delete(Request request, Route route, Shape shape) {
        ObjectNode options = request.deleteOptions();
        Target target = target(route, shape.kind());
        Call call = call(request, options);
        Stored last = store.write(!call.dryRun(), tx -> writer.delete(tx, call, target, options));
        if (!Json.meta(last.object(), "deletionTimestamp").isEmpty()) {
            return Response.json(200, shape.one(last), call.warnings());
        }
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success")
                .putObject("details")
                .put("name", target.name())
                .put("group", shape.kind().group())
                .put("kind", shape.kind().plural())
                .put("uid", last.uid());
        return Response.json(200, status).withWarnings(call.warnings());
    }

    private Response deleteAll(Request request, Route route, Shape shape) {
        ObjectNode options = request.deleteOptions();
        Call call = call(request, options);
        Listing listing = page(request, route, shape.kind()).listing();
        Kind kind = storedKind(shape.kind());
        List<Stored> deleted = store.write(!call.dryRun(), tx -> {
            List<Stored> result = new ArrayList<>();
            for (Stored item : listing.items()) {
                if (tx.get(item.key()) != null) {
                    Target target =
                            new Target(kind, item.key().namespace(), item.key().name(), "");
                    result.add(writer.delete(tx, call, target, options));
                }
            }
            return result;
        });
        return Response.json(
                200, shape.list(new Lists.Page(new Listing(listing.revision(), deleted), "", -1)), call.warnings());
    }

    private Response scale(Request request, Route route, Kind kind) {
        if (request.method().equals("GET")) {
            return Response.json(200, ScaleView.of(kind, read(route, kind).object()));
        }
        UnaryOperator<ObjectNode> change = switch (request.method()) {
            case "PUT" -> {
                ObjectNode body = request.object();
                yield view -> body;
            }
            case "PATCH" -> change(request, kind);
            default -> throw ApiError.notAllowed(request.method());
        };
        Call call = call(request, Json.object());
        Stored stored = store.write(
                !call.dryRun(),
                tx -> writer.patch(
                        tx,
                        call,
                        target(route, kind),
                        old -> ScaleView.applyTo(kind, old, change.apply(ScaleView.of(kind, old)))));
        return Response.json(200, ScaleView.of(kind, stored.object())).withWarnings(call.warnings());
    }

    private Target target(Route route, Kind kind) {
        String subresource = route.subresource().equals("finalize") ? "" : route.subresource();
        return new Target(storedKind(kind), route.namespace(), route.name(), subresource);
    }

    private Response write(Request request, Shape shape, int code, Function<Call, Function<Transaction, Stored>> work) {
        Call call = call(request, Json.object());
        Stored stored = store.write(!call.dryRun(), work.apply(call));
        return Response.json(code, shape.one(stored), call.warnings());
    }

    private static Call call(Request request, ObjectNode options) {
        String dryRun = request.query("dryRun").isEmpty()
                ? options.path("dryRun").path(0).asText("")
                : request.query("dryRun");
        if (!dryRun.isEmpty() && !dryRun.equals("All")) {
            throw unknownOption("dryRun", dryRun, "\"All\"");
        }
        Call.Unknown unknown = switch (request.query("fieldValidation")) {
            case "Strict" -> Call.Unknown.REFUSE;
            case "Ignore" -> Call.Unknown.DROP;
            case "", "Warn" -> Call.Unknown.WARN;
            default ->
                throw unknownOption(
                        "fieldValidation", request.query("fieldValidation"), "\"Ignore\", \"Warn\", \"Strict\"");
        };
        List<String> twice = unknown == Call.Unknown.DROP ? List.of() : request.duplicates();
        return new Call(request.user(), !dryRun.isEmpty(), managerOf(request), unknown, twice, new ArrayList<>());
    }

    private static ApiError unknownOption(String field, String value, String known) {
        String why = "Unsupported value: \"" + value + "\": supported values: " + known;
        return ApiError.invalidOptions("WriteOptions", List.of(new Problem("FieldValueNotSupported", field, why)));
    }

    /** The named field manager, else the first word of the user agent, as Kubernetes does. */
    private static String managerOf(Request request) {
        String named = request.query("fieldManager");
        boolean apply = request.contentType().startsWith("application/apply-patch");
        if (!named.isEmpty() || apply) {
            return named;
        }
        String agent = request.header("User-Agent").split("[/ ]", 2)[0];
        return agent.isEmpty() ? "unknown" : agent;
    }
}
