package dev.cairn.app.up;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of an operator on a cluster, for whom the cluster lets read {@code /metrics}: it is asked with the caller's own
 * token, so the operator needs no right to judge tokens.
 */
final class Scrapes implements HttpHandler {
    static final String PATH = "/metrics";
    private static final Logger LOG = LoggerFactory.getLogger(Scrapes.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEARER = "Bearer ";
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final String REVIEW = """
            {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
             "spec":{"nonResourceAttributes":{"path":"/metrics","verb":"get"}}}""";

    private final Config cluster;
    private final Supplier<String> page;

    /**
     * @param cluster where callers are known; its credentials are not used
     */
    Scrapes(Config cluster, Supplier<String> page) {
        this.cluster = cluster;
        this.page = page;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = exchange.getRequestMethod().equals("GET")
                    ? status(exchange.getRequestHeaders().getFirst("Authorization"))
                    : 405;
            if (status != 200) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            byte[] bytes = page.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private int status(@Nullable String authorization) throws IOException {
        if (authorization == null || !authorization.startsWith(BEARER)) {
            return 401;
        }
        String token = authorization.substring(BEARER.length()).strip();
        try (KubernetesClient caller =
                new KubernetesClientBuilder().withConfig(as(token)).build()) {
            String answer = caller.raw("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "POST", REVIEW);
            boolean allowed = JSON.readTree(answer == null ? "{}" : answer)
                    .path("status")
                    .path("allowed")
                    .asBoolean();
            return allowed ? 200 : 403;
        } catch (KubernetesClientException e) {
            if (e.getCode() == 401 || e.getCode() == 403) {
                return e.getCode();
            }
            LOG.warn(
                    "whether somebody may read the metrics cannot be told, the cluster does not answer: {}",
                    e.getMessage());
            return 503;
        }
    }

    private Config as(String token) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(cluster.getMasterUrl())
                .withCaCertData(cluster.getCaCertData())
                .withCaCertFile(cluster.getCaCertFile())
                .withTrustCerts(cluster.isTrustCerts())
                .withConnectionTimeout(TIMEOUT_MILLIS)
                .withRequestTimeout(TIMEOUT_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .withOauthToken(token)
                .build();
    }
}
