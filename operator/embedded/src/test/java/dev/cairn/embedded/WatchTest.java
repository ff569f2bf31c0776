package dev.cairn.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.store.Json;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchTest {
    @TempDir
    static Path directory;

    private static TestApi test;

    @BeforeAll
    static void start() throws Exception {
        test = new TestApi(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        test.close();
    }

    private static ConfigMap map(String name, String label) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .addToLabels("group", label)
                .endMetadata()
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void informersFollowAllChanges(boolean onlyHttp) {
        String label = "informer-" + onlyHttp;
        try (KubernetesClient client = test.client(builder -> builder.withOnlyHttpWatches(onlyHttp))) {
            client.resource(map(label + "-0", label)).create();
            var informer = client.configMaps().withLabel("group", label).inform();
            assertThat(informer.getStore().list()).hasSize(1);
            for (int i = 1; i < 50; i++) {
                client.resource(map(label + "-" + i, label)).create();
            }
            await().atMost(20, SECONDS).until(() -> informer.getStore().list().size() == 50);
            String large = "x".repeat(500_000);
            client.configMaps()
                    .withName(label + "-1")
                    .edit(map ->
                            new ConfigMapBuilder(map).addToData("large", large).build());
            await().atMost(20, SECONDS)
                    .until(() -> informer.getStore().list().stream()
                            .anyMatch(map -> map.getData() != null
                                    && large.equals(map.getData().get("large"))));
            client.configMaps().withLabel("group", label).delete();
            await().atMost(20, SECONDS).until(() -> informer.getStore().list().isEmpty());
            informer.stop();
        }
    }

    private static final class Recorder implements Watcher<ConfigMap> {
        final List<String> events = new CopyOnWriteArrayList<>();
        final CompletableFuture<WatcherException> closed = new CompletableFuture<>();

        @Override
        public void eventReceived(Action action, ConfigMap map) {
            events.add(action + " " + map.getMetadata().getName());
        }

        @Override
        public void onClose(WatcherException cause) {
            closed.complete(cause);
        }
    }

    @Test
    void aSelectionIsEnteredAndLeft() {
        try (KubernetesClient client = test.client()) {
            ConfigMap one = client.resource(map("enter", "outside")).create();
            Recorder recorder = new Recorder();
            try (Watch watch = client.configMaps()
                    .withLabel("group", "inside")
                    .watch(
                            new ListOptionsBuilder()
                                    .withResourceVersion(one.getMetadata().getResourceVersion())
                                    .build(),
                            recorder)) {
                assertThat(watch).isNotNull();
                client.resource(map("enter", "inside")).update();
                client.resource(new ConfigMapBuilder(map("enter", "inside"))
                                .addToData("a", "b")
                                .build())
                        .update();
                client.resource(map("enter", "outside")).update();
                client.resource(map("enter", "inside")).update();
                client.resource(one).delete();
                await().atMost(20, SECONDS).until(() -> recorder.events.size() >= 5);
                assertThat(recorder.events)
                        .containsExactly(
                                "ADDED enter", "MODIFIED enter", "DELETED enter", "ADDED enter", "DELETED enter");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWatchGoesOnAcrossARestartOnlyFromTheLastRevision(boolean onlyHttp, @TempDir Path other) throws Exception {
        String revision;
        String earlier;
        try (TestApi first = new TestApi(other);
                KubernetesClient client = first.client()) {
            earlier = client.resource(map("x", "a")).create().getMetadata().getResourceVersion();
            revision = client.resource(map("y", "a")).create().getMetadata().getResourceVersion();
        }
        try (TestApi second = new TestApi(other);
                KubernetesClient client = second.client(builder -> builder.withOnlyHttpWatches(onlyHttp))) {
            for (String gone : List.of(earlier, "999999999")) {
                Recorder recorder = new Recorder();
                client.configMaps().watch(since(gone), recorder);
                assertThat(recorder.closed.get(20, SECONDS).isHttpGone()).isTrue();
            }
            Recorder goesOn = new Recorder();
            client.configMaps().watch(since(revision), goesOn);
            client.resource(map("z", "a")).create();
            await().atMost(20, SECONDS).until(() -> goesOn.events.equals(List.of("ADDED z")));
        }
    }

    private static ListOptions since(String revision) {
        return new ListOptionsBuilder().withResourceVersion(revision).build();
    }

    @Test
    void aStreamedListEndsWithABookmarkAndTheWatchWithItsTime() throws Exception {
        try (KubernetesClient client = test.client()) {
            client.resource(map("streamed", "stream")).create();
        }
        var response = test.http.send(
                test.request("/api/v1/configmaps?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
                                + "&resourceVersionMatch=NotOlderThan&timeoutSeconds=1&labelSelector=group%3Dstream")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            List<JsonNode> events = lines.lines().map(WatchTest::parse).toList();
            assertThat(events).extracting(event -> event.path("type").asText()).containsExactly("ADDED", "BOOKMARK");
            assertThat(events.get(1)
                            .path("object")
                            .path("metadata")
                            .path("annotations")
                            .toString())
                    .contains("k8s.io/initial-events-end");
        }
    }

    private static JsonNode parse(String line) {
        try {
            return Json.parse(line.getBytes(StandardCharsets.UTF_8));
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    @Test
    void aWatcherThatDoesNotReadIsCutAndOthersGoOn() throws Exception {
        try (KubernetesClient client = test.client()) {
            String big = "x".repeat(2_700_000);
            ConfigMap slow = client.resource(map("slow", "slow")).create();
            var response = test.http.send(
                    test.request(
                                    "/api/v1/configmaps?watch=true&labelSelector=group%3Dslow&timeoutSeconds=60&resourceVersion="
                                            + slow.getMetadata().getResourceVersion())
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            for (int i = 0; i < 18; i++) { // more bytes than the queue and the sockets hold
                String body = "{\"data\":{\"big\":\"" + big + "\",\"i\":\"" + i + "\"}}";
                test.send("PATCH", "/api/v1/namespaces/default/configmaps/slow", "application/merge-patch+json", body);
            }
            String last = "";
            try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    last = line;
                }
            }
            assertThat(last).contains("\"ERROR\"").contains("Expired").contains("too slow");
        }
    }
}
