package dev.cairn.app.up;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
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
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    private static final String REVIEW = """
            {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
             "spec":{"nonResourceAttributes":{"path":"/metrics","verb":"get"}}}""";

    private final HttpClient http;
    private final URI reviews;
    private final Supplier<String> page;

    /**
     * @param cluster where callers are known; its credentials are not used
     * @throws IOException when its certificates cannot be used
     */
    Scrapes(Config cluster, Supplier<String> page) throws IOException {
        this.page = page;
        this.reviews = URI.create(cluster.getMasterUrl().replaceAll("/$", "") + REVIEWS);
        Config nobody = new ConfigBuilder(Config.empty())
                .withCaCertData(cluster.getCaCertData())
                .withCaCertFile(cluster.getCaCertFile())
                .withTrustCerts(cluster.isTrustCerts())
                .build();
        try {
            http = HttpClient.newBuilder()
                    .connectTimeout(TIMEOUT)
                    .sslContext(SSLUtils.sslContext(nobody))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException("the cluster's certificates cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = exchange.getRequestMethod().equals("GET")
                    ? status(exchange.getRequestHeaders().getFirst("Authorization"))
                    : 405;
            if (status == 401) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            }
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

    private int status(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith(BEARER)) {
            return 401;
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(reviews)
                    .timeout(TIMEOUT)
                    .header("Authorization", authorization)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(REVIEW))
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return switch (answer.statusCode()) {
                case 201 -> JSON.readTree(answer.body()).at("/status/allowed").asBoolean() ? 200 : 403;
                case 401, 403 -> answer.statusCode();
                default -> unknown("the cluster answers " + answer.statusCode());
            };
        } catch (IllegalArgumentException e) {
            return 401; // what no header can hold is no token
        } catch (IOException e) {
            return unknown("the cluster does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unknown("the operator stops");
        }
    }

    private static int unknown(String why) {
        LOG.warn("whether somebody may read the metrics cannot be told: {}", why);
        return 503;
    }
}
