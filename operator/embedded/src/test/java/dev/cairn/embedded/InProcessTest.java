package dev.cairn.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.embedded.http.InProcess;
import dev.cairn.embedded.http.InProcess.Asked;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client in this process is treated as one that comes over HTTPS. */
class InProcessTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

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

    private static Asked asked(String method, String path, String token, String type, String body) {
        Map<String, List<String>> headers =
                Map.of("authorization", List.of("Bearer " + token), "content-type", List.of(type));
        return new Asked(method, URI.create(test.api.url() + path), headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static InProcess.Answer answer(Asked asked) {
        return Objects.requireNonNull(
                test.api.inProcess().ask(asked, new Listener()).answer());
    }

    private static Optional<InProcess.Watch> watch(Asked asked, Listener listener) {
        return Optional.ofNullable(test.api.inProcess().ask(asked, listener).watch());
    }

    private static Asked get(String path) {
        return asked("GET", path, test.api.adminToken(), "application/json", "");
    }

    private static String map(String name, String label) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\",\"labels\":{\"group\":\"" + label + "\"}}}";
    }

    private static void create(String name, String label) {
        InProcess.Answer answer =
                answer(asked("POST", MAPS, test.api.adminToken(), "application/json", map(name, label)));
        assertThat(answer.code()).isEqualTo(201);
    }

    /** Nothing is written by these, so both ways find the same state. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "GET    | /api/v1/namespaces/default                           | good | application/json | -",
                "GET    | /apis/test.cairn.dev/v1/widgets?labelSelector=a%3Db  | good | application/json | -",
                "GET    | /api/v1/namespaces?fieldSelector=metadata.name%3Dx+y | good | application/json | -",
                "GET    | /apis                                                | good | application/json | -",
                "GET    | /readyz                                              | bad  | application/json | -",
                "GET    | /api/v1/namespaces                                   | bad  | application/json | -",
                "GET    | /api/v1/nothing                                      | good | application/json | -",
                "GET    | /api/v1/namespaces/nobody                            | good | application/json | -",
                "GET    | /api/v1/configmaps?watch=true&resourceVersion=x      | good | application/json | -",
                "GET    | /api/v1/nothing?watch=true                           | good | application/json | -",
                "GET    | /api/v1/configmaps?watch=true                        | bad  | application/json | -",
                "POST   | /api/v1/namespaces/default/configmaps                | good | application/json | {",
                "POST   | /api/v1/namespaces/default/configmaps?dryRun=x       | good | application/json | {}",
                "PATCH  | /api/v1/namespaces/default                           | good | text/plain       | {}",
                "DELETE | /api/v1/namespaces/default/configmaps/none           | good | application/json | -",
                "TRACE  | /api/v1/namespaces/default                           | good | application/json | -",
            })
    void requestsAreAnsweredAlike(String method, String path, String token, String type, String body) throws Exception {
        String bearer = token.equals("good") ? test.api.adminToken() : token;
        String sent = body == null ? "" : body;
        HttpResponse<String> remote = test.http.send(
                HttpRequest.newBuilder(URI.create(test.api.url() + path))
                        .header("Authorization", "Bearer " + bearer)
                        .header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofString(sent))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        InProcess.Answer here = answer(asked(method, path, bearer, type, sent));
        assertThat(here.code()).isEqualTo(remote.statusCode());
        assertThat(here.contentType())
                .isEqualTo(remote.headers().firstValue("Content-Type").orElseThrow());
        assertThat(new String(here.body(), StandardCharsets.UTF_8)).isEqualTo(remote.body());
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        String large = " ".repeat(4_000_000);
        assertThat(answer(asked("POST", MAPS, test.api.adminToken(), "application/json", large))
                        .code())
                .isEqualTo(413);
    }

    private static final class Listener implements InProcess.Audience {
        final List<String> events = new CopyOnWriteArrayList<>();
        final CompletableFuture<String> end = new CompletableFuture<>();

        @Override
        public void event(byte[] line) {
            events.add(new String(line, StandardCharsets.UTF_8));
        }

        @Override
        public void end() {
            end.complete("");
        }
    }

    @Test
    void aWatchTellsWhatItIsAskedFor() {
        Listener listener = new Listener();
        InProcess.Watch watch = watch(get("/api/v1/configmaps?watch=true&labelSelector=group%3Dtold"), listener)
                .orElseThrow();
        create("one", "told");
        create("other", "untold");
        create("two", "told");
        watch.more();
        await().atMost(20, SECONDS).until(() -> listener.events.size() == 1);
        assertThat(listener.events.get(0)).contains("\"ADDED\"", "\"one\"").endsWith("\n");
        watch.more();
        await().atMost(20, SECONDS).until(() -> listener.events.size() == 2);
        assertThat(listener.events.get(1)).contains("\"ADDED\"", "\"two\"");
        int before = test.api.watches();
        watch.stop();
        assertThat(test.api.watches()).isEqualTo(before - 1);
    }

    @Test
    void aWatchEndsWithItsTimeAndIsForgotten() throws Exception {
        int before = test.api.watches();
        Listener listener = new Listener();
        String path = "/api/v1/configmaps?watch=true&timeoutSeconds=1";
        assertThat(watch(get(path), listener)).isPresent();
        assertThat(test.api.watches()).isEqualTo(before + 1);
        listener.end.get(20, SECONDS);
        assertThat(test.api.watches()).isEqualTo(before);
        // over HTTPS the connection is kept, so that its end cannot be what ends the watch
        test.http.send(test.request(path).build(), HttpResponse.BodyHandlers.ofString());
        await().atMost(20, SECONDS).until(() -> test.api.watches() == before);
    }
}
