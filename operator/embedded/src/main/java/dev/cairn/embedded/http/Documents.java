package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Discovery;
import dev.cairn.embedded.kinds.Kinds;
import dev.cairn.embedded.kinds.OpenApi;
import dev.cairn.embedded.kinds.OpenApiV2;
import dev.cairn.embedded.store.Backup;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Store;
import java.util.List;
import java.util.function.Supplier;

/** Requests that are not for objects: discovery, OpenAPI, version, health, backup, and reviews of one's own rights. */
final class Documents {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=%s;as=APIGroupDiscoveryList";

    private static final String OPENAPI_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private final Discovery discovery;
    private final OpenApi openApi;
    private final OpenApiV2 openApiV2;

    private final Store store;
    private final Rights rights;

    /** What {@code /metrics} answers; set once, by whoever has some. */
    private volatile Supplier<String> metrics = () -> "";

    void metrics(Supplier<String> scrape) {
        metrics = scrape;
    }

    Documents(Kinds kinds, Store store, Rights rights) {
        this.store = store;
        this.rights = rights;
        this.discovery = new Discovery(kinds);
        this.openApi = new OpenApi(kinds);
        this.openApiV2 = new OpenApiV2(kinds);
    }

    /** Whether anybody may ask, without a token. */
    static boolean isPublic(List<String> path) {
        return path.size() == 1 && List.of("healthz", "livez", "readyz").contains(path.get(0));
    }

    Response handle(Request request) {
        List<String> path = request.path();
        String first = path.isEmpty() ? "" : path.get(0);
        return switch (first) {
            case "" -> Response.json(200, roots());
            case "healthz", "livez", "readyz" -> Response.text("ok");
            case "metrics" -> Response.text(metrics.get());
            case "version" -> Response.json(200, Discovery.version());
            case "api" ->
                path.size() == 1 ? groups(request, true) : Response.json(200, discovery.resources("", path.get(1)));
            case "apis" -> apis(request);
            case "openapi" -> openApi(request, path);
            case "backup" -> backup(request);
            default -> throw ApiError.noSuchPath();
        };
    }

    private static ObjectNode roots() {
        ObjectNode roots = Json.object();
        List.of("/api", "/apis", "/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/readyz", "/version")
                .forEach(roots.putArray("paths")::add);
        return roots;
    }

    /** A copy of everything, Secrets too: nobody without a token gets here. */
    private Response backup(Request request) {
        if (!request.method().equals("GET") || request.path().size() != 1) {
            throw ApiError.noSuchPath();
        }
        return new Response(200, "application/gzip", Backup.of(store), List.of());
    }

    private Response apis(Request request) {
        List<String> path = request.path();
        if (path.size() == 4 && request.method().equals("POST")) {
            return review(request);
        }
        return switch (path.size()) {
            case 1 -> groups(request, false);
            case 2 -> Response.json(200, discovery.oneGroup(path.get(1)));
            case 3 -> Response.json(200, discovery.resources(path.get(1), path.get(2)));
            default -> throw ApiError.noSuchPath();
        };
    }

    private Response groups(Request request, boolean core) {
        for (String accepted : request.header("Accept").split(",", -1)) {
            for (String version : List.of("v2", "v2beta1")) {
                if (accepted.contains("as=APIGroupDiscoveryList") && accepted.contains("v=" + version + ";")) {
                    byte[] body = Json.bytes(discovery.aggregated(core, version));
                    return new Response(200, AGGREGATED.formatted(version), body, List.of());
                }
            }
        }
        return Response.json(200, core ? Discovery.coreVersions() : discovery.groups());
    }

    private Response openApi(Request request, List<String> path) {
        if (path.size() == 2 && path.get(1).equals("v2")) {
            return request.header("Accept").contains("protobuf")
                    ? new Response(200, OPENAPI_PROTOBUF, openApiV2.protobuf(), List.of())
                    : Response.json(200, openApiV2.json());
        }
        if (path.size() >= 2 && path.get(1).equals("v3")) {
            return Response.json(
                    200,
                    path.size() == 2
                            ? openApi.index()
                            : openApi.document(String.join("/", path.subList(2, path.size()))));
        }
        throw ApiError.noSuchPath();
    }

    private Response review(Request request) {
        ObjectNode review = request.object();
        switch (request.path().get(3)) {
            case "selfsubjectaccessreviews" -> {
                boolean allowed = rights.allowed(request.user(), review.path("spec"));
                review.putObject("status").put("allowed", allowed);
            }
            case "selfsubjectrulesreviews" -> rights.list(request.user(), review.putObject("status"));
            case "selfsubjectreviews" ->
                review.putObject("status").putObject("userInfo").put("username", request.user());
            default -> throw ApiError.noSuchPath();
        }
        return Response.json(201, review);
    }
}
