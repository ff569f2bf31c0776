package dev.cairn.app.up;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cairn.api.CairnNames;
import dev.cairn.app.UpOptions.Listen;
import dev.cairn.embedded.http.ServerKey;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a cluster that asks whether a write is allowed, and registers itself there. The cluster goes on without an answer
 * ({@code failurePolicy: Ignore}), as Kubernetes advises where a controller checks everything again, which the operator
 * does (kubernetes.io: Admission Webhook Good Practices, "Fail open and validate the final state").
 */
final class Webhook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int THREADS = 4;
    private static final int MAX_WAITING = 64;

    /** The object before and after, each at most 3 MiB, and what is around them. */
    private static final int MAX_BODY = 8 * 1024 * 1024;

    private static final int ANSWER_SECONDS = 5;

    static {
        // The server of the JDK has no other way to bound how long a request may take to come, in seconds.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "10");
    }

    private final KubernetesClient client;
    private final Reviews reviews;
    private final HttpsServer server;
    private final ExecutorService threads = new ThreadPoolExecutor(
            THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                Thread thread = new Thread(task, "cairn-webhook");
                thread.setDaemon(true);
                return thread;
            });
    private final ValidatingWebhookConfiguration registration;

    private Webhook(KubernetesClient client, Path state, Listen listen, String installation, Supplier<String> metrics)
            throws IOException {
        this.client = client;
        this.reviews = new Reviews(client, new CoreAdmission(Reviews.user(client)));
        ServerKey key = ServerKey.loadOrCreate(state, listen.address());
        this.server = serve(key, listen);
        server.setExecutor(threads);
        // Whoever does not know the path cannot ask what exists: only who may read the registration does.
        String path = "/admit/" + secret();
        server.createContext(path, this::handle);
        server.createContext(Scrapes.PATH, new Scrapes(client.getConfiguration(), metrics));
        String url = "https://" + listen.address() + ":" + server.getAddress().getPort() + path;
        this.registration = registration(installation, url, key.certificate());
    }

    /**
     * Listens, and registers itself at the cluster.
     *
     * @param state directory for the key and certificate
     * @param metrics the page for whoever may read it
     * @throws IOException when it cannot listen or the cluster refuses, with one sentence
     */
    static Webhook start(
            KubernetesClient client, Path state, Listen listen, String installation, Supplier<String> metrics)
            throws IOException {
        Webhook webhook = new Webhook(client, state, listen, installation, metrics);
        webhook.server.start();
        try {
            client.resource(webhook.registration)
                    .fieldManager("cairn")
                    .forceConflicts()
                    .serverSideApply();
        } catch (KubernetesClientException e) {
            webhook.stop();
            throw new IOException("the cluster refuses to register the webhook: " + Up.said(e), e);
        }
        return webhook;
    }

    private static HttpsServer serve(ServerKey key, Listen listen) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {key.keyManager()}, null, null);
            HttpsServer server = HttpsServer.create(new InetSocketAddress(listen.address(), listen.port()), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            return server;
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS for the webhook: " + e.getMessage(), e);
        } catch (java.net.BindException e) {
            throw new IOException(
                    "the webhook cannot listen on " + listen + ": " + e.getMessage()
                            + "; name another address of this machine or another port with --webhook",
                    e);
        }
    }

    private static String secret() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static ValidatingWebhookConfiguration registration(String installation, String url, String certificate) {
        return new ValidatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName("cairn-" + installation)
                .addToLabels(CairnNames.MANAGED_BY_LABEL, CairnNames.MANAGED_BY)
                .endMetadata()
                .addNewWebhook()
                .withName("admission." + CairnNames.GROUP)
                .withAdmissionReviewVersions("v1")
                .withSideEffects("None")
                .withFailurePolicy("Ignore")
                .withTimeoutSeconds(ANSWER_SECONDS)
                .withNewClientConfig()
                .withUrl(url)
                .withCaBundle(Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.UTF_8)))
                .endClientConfig()
                .addNewRule()
                .withApiGroups(CairnNames.GROUP)
                .withApiVersions("*")
                .withOperations("CREATE", "UPDATE", "DELETE")
                .withResources("services", "services/scale", "endpoints", "hosts", "servicestacks")
                .endRule()
                .endWebhook()
                .build();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
            if (!exchange.getRequestMethod().equals("POST") || body.length > MAX_BODY) {
                exchange.sendResponseHeaders(body.length > MAX_BODY ? 413 : 405, -1);
                return;
            }
            ObjectNode answer;
            try {
                answer = reviews.answer(JSON.readTree(body));
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("a request for admission was no AdmissionReview: {}", e.getMessage());
                exchange.sendResponseHeaders(400, -1);
                return;
            } catch (KubernetesClientException e) {
                LOG.warn("a write could not be judged, the cluster cannot be read: {}", e.getMessage());
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            byte[] bytes = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Takes the registration back, so that the cluster does not ask somebody who is not there. */
    @Override
    public void close() {
        try {
            client.resource(registration).delete();
        } finally {
            stop();
        }
    }
}
