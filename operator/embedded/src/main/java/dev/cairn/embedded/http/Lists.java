package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Key;
import dev.cairn.embedded.store.Listing;
import dev.cairn.embedded.store.Store;
import dev.cairn.embedded.store.Stored;
import dev.cairn.embedded.watch.WatchHub;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lists as of now or of an earlier moment, whole or in chunks that are all of one moment. */
final class Lists {
    private final Store store;
    private final WatchHub hub;

    Lists(Store store, WatchHub hub) {
        this.store = store;
        this.hub = hub;
    }

    /**
     * What to answer.
     *
     * @param next where the next chunk begins, empty when this is the last
     * @param remaining how many objects come after this chunk, -1 when that is not told
     */
    record Page(Listing listing, String next, int remaining) {}

    Page page(Request request, Kind stored, @Nullable String namespace, Predicate<Stored> selected) {
        ListOptions.check(request);
        int limit = limit(request.query("limit"));
        String after = "";
        Listing all;
        if (request.query("continue").isEmpty()) {
            all = at(request, stored, namespace, limit);
        } else {
            String[] token = token(request.query("continue"));
            after = token[1];
            all = past(stored, namespace, ListOptions.revision(token[0]));
        }
        String from = after;
        List<Stored> items = all.items().stream()
                .filter(item -> place(item).compareTo(from) > 0 && selected.test(item))
                .toList();
        if (limit == 0 || items.size() <= limit) {
            return new Page(new Listing(all.revision(), items), "", -1);
        }
        List<Stored> chunk = items.subList(0, limit);
        boolean whole = request.query("labelSelector").isEmpty()
                && request.query("fieldSelector").isEmpty();
        return new Page(
                new Listing(all.revision(), chunk),
                token(all.revision(), place(chunk.get(limit - 1))),
                whole ? items.size() - limit : -1);
    }

    private Listing at(Request request, Kind stored, @Nullable String namespace, int limit) {
        long revision = ListOptions.revision(request.query("resourceVersion"));
        String match = request.query("resourceVersionMatch");
        if (match.equals("Exact") || (match.isEmpty() && revision > 0 && limit > 0)) {
            return past(stored, namespace, revision);
        }
        Listing now = store.list(stored.group(), stored.plural(), namespace);
        if (revision > now.revision()) {
            throw tooLarge(revision, now.revision());
        }
        return now;
    }

    private Listing past(Kind stored, @Nullable String namespace, long revision) {
        try {
            return hub.listAt(stored.group(), stored.plural(), namespace, revision);
        } catch (WatchHub.TooOldException e) {
            throw ApiError.expired("The resource version " + revision + " is too old, or not yet reached: "
                    + e.getMessage() + ". Start a new list without the continue parameter and the resource version.");
        }
    }

    static ApiError tooLarge(long revision, long now) {
        ObjectNode details = Json.object();
        details.putArray("causes")
                .addObject()
                .put("reason", "ResourceVersionTooLarge")
                .put("message", "Too large resource version");
        details.put("retryAfterSeconds", 1);
        String message = "Too large resource version: " + revision + ", current: " + now;
        return new ApiError(504, "Timeout", "Timeout: " + message, details);
    }

    private static String place(Stored item) {
        Key key = item.key();
        return key.namespace() + "/" + key.name();
    }

    private static String token(long revision, String place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((revision + " " + place).getBytes(StandardCharsets.UTF_8));
    }

    private static String[] token(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", -1);
            if (parts.length == 2) {
                return parts;
            }
        } catch (IllegalArgumentException e) {
            // no token of this server
        }
        throw ApiError.badRequest("continue key is not valid: " + text);
    }

    private static int limit(String text) {
        try {
            return text.isEmpty() ? 0 : Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("limit must be a number, found \"" + text + "\"");
        }
    }
}
