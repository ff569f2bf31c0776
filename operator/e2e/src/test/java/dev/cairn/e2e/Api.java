package dev.cairn.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The API by plain HTTP: quicker than a kubectl for each look, and able to speak with another token. */
final class Api {
    static final String GROUP = "/apis/cairn.dev/v1alpha1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final String server;
    private final String token;

    /** An answer of the API. */
    record Answer(int status, JsonNode body) {}

    private Api(HttpClient client, String server, String token) {
        this.client = client;
        this.server = server;
        this.token = token;
    }

    /** The API as the user of a kubeconfig sees it. */
    static Api of(Path kubeconfig) throws IOException {
        String text = Files.readString(kubeconfig);
        byte[] certificate = Base64.getDecoder().decode(find(text, "certificate-authority-data: ([A-Za-z0-9+/=]+)"));
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .sslContext(trusting(certificate))
                .build();
        return new Api(client, find(text, "server: \"([^\"]+)\""), find(text, "token: \"([^\"]+)\""));
    }

    /** The same API with another token. */
    Api as(String otherToken) {
        return new Api(client, server, otherToken);
    }

    private static String find(String text, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IOException("the kubeconfig has no " + pattern);
        }
        return matcher.group(1);
    }

    private static SSLContext trusting(byte[] certificate) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "api",
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate)));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
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
        return HttpRequest.newBuilder(URI.create(server + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token);
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
