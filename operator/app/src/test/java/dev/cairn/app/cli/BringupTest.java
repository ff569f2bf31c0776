package dev.cairn.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.cairn.api.EndpointResource;
import dev.cairn.app.TestApi;
import dev.cairn.app.source.FolderSource;
import dev.cairn.app.source.FolderState;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code up --detach} waits for. */
class BringupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private @Nullable TestApi api;
    private @Nullable HttpServer server;
    private final AtomicInteger code = new AtomicInteger(503);
    private Path folder = Path.of("");
    private final List<String> progress = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        api = new TestApi(directory, Admission.ALLOW_ALL);
        folder = Files.createDirectory(directory.resolve("folder"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = "service=webapp version=v0.1\nmore\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(code.get(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.stop(0);
        api.close();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private Bringup bringup(Api reached) {
        return new Bringup(
                reached, new FolderState(reached.client(), List.of(folder)), new Answers(), PATIENCE, progress::add);
    }

    private void declareEndpoint() throws IOException {
        Path file = Files.writeString(folder.resolve("e.yaml"), """
                apiVersion: cairn.dev/v1alpha1
                kind: Endpoint
                metadata: {name: e}
                spec: {serviceName: webapp, stage: prod, port: 8080}
                """);
        written(file);
    }

    /** Long enough ago for the file to be complete. */
    private static void written(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(10)));
    }

    private void endpointIsReady() {
        api.client()
                .resources(EndpointResource.class)
                .inNamespace("default")
                .withName("e")
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"status": {"observedGeneration": 1, "url": "%s", "conditions": [
                          {"type": "Ready", "status": "True", "reason": "Routed"}]}}
                        """.formatted(url()));
    }

    @Test
    void waitsUntilAllIsAppliedReadyAndAnswers() throws Exception {
        declareEndpoint();
        Instant now = Instant.now();
        try (Api reached = Api.connect(api.kubeconfig(), null);
                FolderSource source = new FolderSource(api.client(), List.of(folder), line -> {})) {
            Bringup bringup = bringup(reached);
            assertThat(bringup.look(now)).isEmpty();
            assertThat(progress.get(0)).contains("to apply: " + folder + "/e.yaml: Endpoint default/e");
            source.start();
            await().atMost(PATIENCE)
                    .until(() -> new FolderState(api.client(), List.of(folder))
                            .pending()
                            .isEmpty());
            assertThat(bringup.look(now)).isEmpty();
            assertThat(progress).last().asString().contains("waits for Endpoint e: NotSeenYet");
            endpointIsReady();
            assertThat(bringup.look(now)).isEmpty();
            code.set(200);
            assertThat(bringup.look(now)).as("Ready must hold for a moment").isEmpty();
            assertThat(bringup.look(now.plus(Bringup.SETTLED))).contains(List.of());
            assertThat(progress).doesNotHaveDuplicates();
        }
    }

    @Test
    void anEndpointThatDoesNotAnswerIsStuck() throws Exception {
        api.apply("""
                apiVersion: cairn.dev/v1alpha1
                kind: Endpoint
                metadata: {name: e, namespace: default}
                spec: {serviceName: webapp, stage: prod, port: 8080}
                """);
        endpointIsReady();
        try (Api reached = Api.connect(api.kubeconfig(), null)) {
            Bringup bringup = bringup(reached);
            Instant now = Instant.now();
            assertThat(bringup.look(now)).isEmpty();
            assertThat(bringup.look(now.plus(PATIENCE)))
                    .contains(List.of("Endpoint e: NoAnswer: " + url() + ": HTTP 503 service=webapp version=v0.1"));
        }
    }

    @Test
    void aFileThatCannotBeUsedIsStuckSoon() throws Exception {
        Path file = Files.writeString(folder.resolve("bad.yaml"), "a: [1");
        try (Api reached = Api.connect(api.kubeconfig(), null)) {
            Bringup bringup = bringup(reached);
            written(file);
            Instant now = Instant.now();
            assertThat(bringup.look(now)).isEmpty();
            Optional<List<String>> problems = bringup.look(now.plus(Stuck.STALLED));
            assertThat(problems).isPresent();
            assertThat(problems.get()).singleElement().asString().contains("bad.yaml: refused: not YAML: line 1");
        }
    }

    @Test
    void anApiThatHasGoneIsAProblem() throws Exception {
        try (Api reached = Api.connect(api.kubeconfig(), null)) {
            Bringup bringup = bringup(reached);
            api.close();
            Instant now = Instant.now();
            assertThat(bringup.look(now)).isEmpty();
            assertThat(bringup.look(now.plus(Stuck.STALLED))).get().asString().contains("no API answers");
        }
    }
}
