package dev.cairn.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The API by plain HTTP: quicker than a kubectl for each look, and able to speak with another token. */
final class Api {
    static final String GROUP = "/apis/cairn.dev/v1alpha1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final Config config;

    /** An answer of the API. */
    record Answer(int status, JsonNode body) {}

    private Api(HttpClient client, Config config) {
        this.client = client;
        this.config = config;
    }

    /** The API as the user of a kubeconfig sees it. */
    static Api of(Path kubeconfig) throws IOException {
        return of(Config.fromKubeconfig(kubeconfig.toFile()));
    }

    static Api of(Config config) throws IOException {
        try {
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .sslContext(SSLUtils.sslContext(config))
                    .build();
            return new Api(client, config);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Where the resources of a namespace are, such as {@code /apis/.../namespaces/default/services}. */
    static String path(String namespace, String plural) {
        return GROUP + "/namespaces/" + namespace + "/" + plural;
    }

    /** Reads; the body is the object, or a Status when there is none. */
    Answer get(String path) throws IOException {
        return send(request(path).GET().build());
    }

    /** Reads a page that is no object. */
    String text(String path) throws IOException {
        try {
            return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** A JSON merge patch. */
    Answer patch(String path, String body) throws IOException {
        return send(request(path)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** Creates. */
    Answer post(String path, String body) throws IOException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** Deletes. */
    Answer delete(String path) throws IOException {
        return send(request(path).DELETE().build());
    }

    /** The objects of a list, none when the list cannot be read as one. */
    List<JsonNode> list(String path) throws IOException {
        List<JsonNode> items = new ArrayList<>();
        get(path).body.path("items").forEach(items::add);
        return items;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(config.getMasterUrl().replaceAll("/$", "") + path))
                .timeout(Duration.ofSeconds(30));
        String token = config.getOauthToken() == null ? config.getAutoOAuthToken() : config.getOauthToken();
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private Answer send(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), JSON.readTree(response.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
