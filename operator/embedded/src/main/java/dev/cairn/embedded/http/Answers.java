package dev.cairn.embedded.http;

import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.store.StoreException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every request goes through, however it has come: who asks, and the answer. */
final class Answers {
    static final int MAX_BODY = 3 * 1024 * 1024;

    private static final System.Logger LOG = System.getLogger(Answers.class.getName());
    private static final String BEARER = "Bearer ";

    private final Credentials credentials;
    private final Rights rights;
    private final Documents documents;
    private final Resources resources;

    Answers(Credentials credentials, Rights rights, Documents documents, Resources resources) {
        this.credentials = credentials;
        this.rights = rights;
        this.documents = documents;
        this.resources = resources;
    }

    /**
     * The decoded parts of a path.
     *
     * @throws IllegalArgumentException when a percent sign is no escape
     */
    static List<String> pathOf(@Nullable String path) {
        return Arrays.stream(path == null ? new String[0] : path.split("/", -1))
                .filter(part -> !part.isEmpty())
                .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
    }

    /** Who asks; 401 when nobody that is known, unless everybody may. */
    String userOf(@Nullable String authorization, List<String> path) {
        Optional<String> user = authorization != null && authorization.startsWith(BEARER)
                ? credentials.userOf(authorization.substring(BEARER.length()))
                : Optional.empty();
        if (user.isEmpty() && !Documents.isPublic(path)) {
            throw new ApiError(401, "Unauthorized", "Unauthorized");
        }
        return user.orElse("system:anonymous");
    }

    static boolean isWatch(Request request, Optional<Route> route) {
        return route.isPresent() && request.method().equals("GET") && request.flag("watch");
    }

    static ApiError tooLarge() {
        return new ApiError(413, "RequestEntityTooLarge", "Request entity too large: limit is " + MAX_BODY);
    }

    /** The answer to anything but a watch; never throws. */
    Response answer(Request request, Optional<Route> route) {
        try {
            rights.check(request, route);
            return route.isPresent() && !Rights.isReview(request)
                    ? resources.handle(request, route.get())
                    : documents.handle(request);
        } catch (ApiError e) {
            return error(e);
        } catch (StoreException e) {
            return error(new ApiError(500, "InternalError", String.valueOf(e.getMessage())));
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "The request " + request.method() + " " + request.path() + " failed.",
                    e);
            return error(new ApiError(500, "InternalError", "Internal error occurred: " + e));
        }
    }

    static Response error(ApiError error) {
        return Response.json(error.code(), error.status());
    }
}
