package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.kinds.Kinds;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what: everybody everything, except that the user {@code view} only reads, and no Secrets, as the role of that
 * name in Kubernetes.
 */
final class Rights {
    private static final List<String> READ = List.of("get", "list", "watch");
    /** It holds the Secrets too. */
    private static final String BACKUP = "/backup";

    private final Kinds kinds;

    Rights(Kinds kinds) {
        this.kinds = kinds;
    }

    /** Throws 403 in the words of Kubernetes when the user must not do it; questions about one's own rights are free. */
    void check(Request request, Optional<Route> route) {
        String verb = verb(request, route);
        if (isReview(request)) {
            return;
        }
        if (route.isEmpty()) {
            String path = "/" + String.join("/", request.path());
            if (!allowsPath(request.user(), verb, path)) {
                throw ApiError.forbidden(
                        "forbidden: User \"" + request.user() + "\" cannot " + verb + " path \"" + path + "\"");
            }
        } else if (!allows(
                request.user(), verb, route.get().group(), route.get().plural())) {
            throw refusal(request.user(), verb, route.get());
        }
    }

    private static ApiError refusal(String user, String verb, Route route) {
        String resource = route.plural() + (route.subresource().isEmpty() ? "" : "/" + route.subresource());
        String what = route.plural() + (route.group().isEmpty() ? "" : "." + route.group());
        String named = route.name().isEmpty() ? what : what + " \"" + route.name() + "\"";
        String where =
                route.namespace().isEmpty() ? "at the cluster scope" : "in the namespace \"" + route.namespace() + "\"";
        return ApiError.forbidden(named + " is forbidden: User \"" + user + "\" cannot " + verb + " resource \""
                + resource + "\" in API group \"" + route.group() + "\" " + where);
    }

    /** Whether a request asks for reviews of rights, which every user may. */
    static boolean isReview(Request request) {
        return request.path().size() == 4 && request.path().get(1).startsWith("auth");
    }

    /** Answers {@code kubectl auth can-i}. */
    boolean allowed(String user, JsonNode review) {
        JsonNode path = review.path("nonResourceAttributes");
        if (path.isObject()) {
            return allowsPath(
                    user, path.path("verb").asText(), path.path("path").asText());
        }
        JsonNode resource = review.path("resourceAttributes");
        return allows(
                user,
                resource.path("verb").asText(),
                resource.path("group").asText(),
                resource.path("resource").asText());
    }

    /** Answers {@code kubectl auth can-i --list}. */
    void list(String user, ObjectNode status) {
        status.put("incomplete", false);
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        if (!isReader(user)) {
            rule(resources.addObject(), List.of("*"), List.of("*"), List.of("*"));
            rule(paths.addObject(), List.of("*")).putArray("nonResourceURLs").add("*");
            return;
        }
        for (Kind kind : kinds.all()) {
            if (allows(user, "get", kind.group(), kind.plural())) {
                rule(resources.addObject(), READ, List.of(kind.group()), List.of(kind.plural()));
            }
        }
        ArrayNode readable = rule(paths.addObject(), List.of("get")).putArray("nonResourceURLs");
        List.of("/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/metrics", "/openapi/*", "/readyz")
                .forEach(readable::add);
        readable.add("/version");
    }

    private static void rule(ObjectNode rule, List<String> verbs, List<String> groups, List<String> resources) {
        rule(rule, verbs);
        groups.forEach(rule.putArray("apiGroups")::add);
        resources.forEach(rule.putArray("resources")::add);
    }

    private static ObjectNode rule(ObjectNode rule, List<String> verbs) {
        verbs.forEach(rule.putArray("verbs")::add);
        return rule;
    }

    private static boolean isReader(String user) {
        return user.equals(Credentials.VIEW);
    }

    private static boolean allows(String user, String verb, String group, String resource) {
        boolean secret = group.isEmpty() && Set.of("secrets", "*").contains(resource);
        return !isReader(user) || (READ.contains(verb) && !secret && !group.equals("*"));
    }

    private static boolean allowsPath(String user, String verb, String path) {
        return !isReader(user) || (verb.equals("get") && !path.equals(BACKUP) && !path.equals("*"));
    }

    private static String verb(Request request, Optional<Route> route) {
        boolean one = route.isEmpty() || !route.get().name().isEmpty();
        return switch (request.method()) {
            case "GET", "HEAD" -> one ? "get" : request.flag("watch") ? "watch" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "DELETE" -> one ? "delete" : "deletecollection";
            default -> request.method().toLowerCase(java.util.Locale.ROOT);
        };
    }
}
