package dev.cairn.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.embedded.conformance.Widget;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
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

/** What a restart and a slow reader do to watches. */
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
    void aWatcherThatDoesNotReadIsCutAndOthersGoOn() throws Exception {
        try (KubernetesClient client = test.client()) {
            String big = "x".repeat(2_700_000);
            Widget slow = client.resource(Widget.named("slow", "a")).create();
            var response = test.http.send(
                    test.request("/apis/test.cairn.dev/v1/widgets?watch=true&timeoutSeconds=60&resourceVersion="
                                    + slow.getMetadata().getResourceVersion())
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            for (int i = 0; i < 18; i++) { // more bytes than the queue and the sockets hold
                String body = "{\"spec\":{\"free\":{\"big\":\"" + big + "\",\"i\":" + i + "}}}";
                test.send(
                        "PATCH",
                        "/apis/test.cairn.dev/v1/namespaces/default/widgets/slow",
                        "application/merge-patch+json",
                        body);
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
