package dev.cairn.embedded.http;

import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.schema.Problem;
import java.util.List;

/** What the query of a list or watch may say, as Kubernetes checks it. */
final class ListOptions {
    private static final String MATCH = "resourceVersionMatch";

    private ListOptions() {}

    /** Throws when the options contradict each other. */
    static void check(Request request) {
        String match = request.query(MATCH);
        String revision = request.query("resourceVersion");
        boolean watch = request.flag("watch");
        if (request.has("sendInitialEvents")) {
            if (!watch) {
                throw forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
            }
            if (!match.equals("NotOlderThan")) {
                throw forbidden(MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
            }
            return;
        }
        if (match.isEmpty()) {
            return;
        }
        if (watch) {
            throw forbidden(MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }
        if (revision.isEmpty()) {
            throw forbidden(MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
        if (!request.query("continue").isEmpty()) {
            throw forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided");
        }
        if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
            throw invalid(new Problem(
                    "FieldValueNotSupported",
                    MATCH,
                    "Unsupported value: \"" + match + "\": supported values: \"Exact\", \"NotOlderThan\""));
        }
        if (match.equals("Exact") && revision.equals("0")) {
            throw forbidden(MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }

    /** The number of a resource version; 0 when there is none. */
    static long revision(String text) {
        try {
            return text.isEmpty() ? 0 : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("Invalid value: \"" + text + "\": resourceVersion must be a number");
        }
    }

    private static ApiError forbidden(String field, String why) {
        return invalid(new Problem("FieldValueForbidden", field, "Forbidden: " + why));
    }

    private static ApiError invalid(Problem problem) {
        return ApiError.invalidOptions("ListOptions", List.of(problem));
    }
}
