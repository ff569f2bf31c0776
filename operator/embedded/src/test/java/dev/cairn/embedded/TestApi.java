package dev.cairn.embedded;

import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A server with the widget definition, its clients, and an admission that a test may replace. */
final class TestApi implements AutoCloseable {
    final EmbeddedApi api;
    final HttpClient http;
    volatile Admission admission = Admission.ALLOW_ALL;

    TestApi(Path directory) throws Exception {
        api = EmbeddedApi.start(EmbeddedApi.Config.local(
                directory, List.of(ServeMain.widgets()), request -> admission.review(request)));
        http = clientTrusting(api.caCertificate());
    }

    static HttpClient clientTrusting(String certificate) throws Exception {
        return HttpClient.newBuilder().sslContext(trusting(certificate)).build();
    }

    KubernetesClient client() {
        return client(builder -> builder);
    }

    KubernetesClient client(UnaryOperator<ConfigBuilder> settings) {
        return client(api.adminToken(), settings);
    }

    KubernetesClient client(String token, UnaryOperator<ConfigBuilder> settings) {
        Config config = settings.apply(new ConfigBuilder(Config.empty())
                        .withMasterUrl(api.url())
                        .withCaCertData(java.util.Base64.getEncoder()
                                .encodeToString(api.caCertificate().getBytes(StandardCharsets.UTF_8)))
                        .withOauthToken(token)
                        .withRequestRetryBackoffLimit(0)
                        .withNamespace("default"))
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** A plain request; the body may be empty. */
    HttpResponse<String> send(String method, String path, String contentType, String body)
            throws IOException, InterruptedException {
        return http.send(
                request(path)
                        .header("Content-Type", contentType)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Sends lines as they are, however wrong, and returns the status line of the answer. */
    String sendRaw(String... lines) throws Exception {
        java.net.URI url = java.net.URI.create(api.url());
        try (var socket = trusting(api.caCertificate()).getSocketFactory().createSocket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(java.net.URI.create(api.url() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + api.adminToken());
    }

    private static SSLContext trusting(String certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        var in = new java.io.ByteArrayInputStream(certificate.getBytes(StandardCharsets.UTF_8));
        store.setCertificateEntry(
                "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    @Override
    public void close() throws IOException {
        api.close();
    }
}
