package dev.cairn.embedded.kinds;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.schema.Problem;
import dev.cairn.embedded.store.Json;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A refusal, worded and coded as Kubernetes does; kubectl prints the message. */
public final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient ObjectNode details;

    public ApiError(int code, String reason, String message) {
        this(code, reason, message, null);
    }

    public ApiError(int code, String reason, String message, @Nullable ObjectNode details) {
        super(message, null, false, false); // expected, often: no stack trace
        this.code = code;
        this.reason = reason;
        this.details = details == null ? Json.object() : details;
    }

    public int code() {
        return code;
    }

    /** The Status object. */
    public ObjectNode status() {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", getMessage()).put("reason", reason);
        if (!details.isEmpty()) {
            status.set("details", details);
        }
        return status.put("code", code);
    }

    private static ObjectNode about(Kind kind, String name) {
        return Json.object().put("name", name).put("group", kind.group()).put("kind", kind.plural());
    }

    public static ApiError badRequest(String message) {
        return new ApiError(400, "BadRequest", message);
    }

    public static ApiError forbidden(String message) {
        return new ApiError(403, "Forbidden", message);
    }

    /** Nothing new comes into a namespace that goes. */
    public static ApiError terminating(Kind kind, String namespace) {
        ObjectNode details = Json.object().put("group", kind.group()).put("kind", kind.plural());
        details.putArray("causes")
                .addObject()
                .put("reason", "NamespaceTerminating")
                .put("message", "namespace " + namespace + " is being terminated")
                .put("field", "metadata.namespace");
        String message = kind.resource() + " is forbidden: unable to create new content in namespace " + namespace
                + " because it is being terminated";
        return new ApiError(403, "Forbidden", message, details);
    }

    public static ApiError notFound(Kind kind, String name) {
        return new ApiError(404, "NotFound", kind.resource() + " \"" + name + "\" not found", about(kind, name));
    }

    public static ApiError noSuchPath() {
        return new ApiError(404, "NotFound", "the server could not find the requested resource");
    }

    public static ApiError notAllowed(String method) {
        return new ApiError(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource: " + method);
    }

    public static ApiError alreadyExists(Kind kind, String name) {
        return new ApiError(
                409, "AlreadyExists", kind.resource() + " \"" + name + "\" already exists", about(kind, name));
    }

    public static ApiError conflict(Kind kind, String name, String why) {
        String message = "Operation cannot be fulfilled on " + kind.resource() + " \"" + name + "\": " + why;
        return new ApiError(409, "Conflict", message, about(kind, name));
    }

    /** To be asked again later. */
    public static ApiError tooMany() {
        return new ApiError(429, "TooManyRequests", "too many requests, please try again later");
    }

    public static ApiError expired(String message) {
        return new ApiError(410, "Expired", message);
    }

    /** 422 for options of a request, such as {@code ListOptions}. */
    public static ApiError invalidOptions(String options, List<Problem> problems) {
        return invalid(options, "meta.k8s.io", "", problems);
    }

    /** 422 for a Scale. */
    public static ApiError invalidScale(String name, List<Problem> problems) {
        return invalid("Scale", "autoscaling", name, problems);
    }

    /** 422 with all problems. */
    public static ApiError invalid(Kind kind, String name, List<Problem> problems) {
        return invalid(kind.kind(), kind.group(), name, problems);
    }

    private static ApiError invalid(String kind, String group, String name, List<Problem> problems) {
        String all = problems.stream().map(Problem::toString).collect(Collectors.joining(", "));
        ObjectNode details = Json.object().put("name", name).put("group", group).put("kind", kind);
        ArrayNode causes = details.putArray("causes");
        for (Problem problem : problems) {
            causes.addObject()
                    .put("reason", problem.cause())
                    .put("message", problem.message())
                    .put("field", problem.field());
        }
        String type = group.isEmpty() ? kind : kind + "." + group;
        String message = type + " \"" + name + "\" is invalid: " + (problems.size() == 1 ? all : "[" + all + "]");
        return new ApiError(422, "Invalid", message, details);
    }
}
