package dev.cairn.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.embedded.store.Key;
import dev.cairn.embedded.store.Store;
import dev.cairn.embedded.store.Stored;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in its own process is killed with SIGKILL in the middle of writes; what it acknowledged must be there. */
class DurabilityTest {
    private static final int ROUNDS = 2;
    private static final int WRITERS = 4;
    private static final int WRITES_BEFORE_KILL = 60;

    @TempDir
    Path directory;

    @Test
    void acknowledgedWritesSurviveAKill() throws Exception {
        Map<String, Long> acknowledged = new ConcurrentHashMap<>();
        String firstUrl = "";
        for (int round = 0; round < ROUNDS; round++) {
            Process server = start();
            try {
                String url = urlOf(server);
                assertThat(firstUrl.isEmpty() || firstUrl.equals(url))
                        .as("the URL stays")
                        .isTrue();
                firstUrl = url;
                writeUntilKilled(server, url, round, acknowledged);
            } finally {
                server.destroyForcibly().waitFor(20, SECONDS);
            }
            try (Store store = Store.open(directory)) {
                acknowledged.forEach(
                        (name, revision) -> assertThat(store.get(new Key("", "configmaps", "default", name))
                                        .map(Stored::revision))
                                .as(name)
                                .hasValue(revision));
                store.start();
            }
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * WRITES_BEFORE_KILL);
    }

    private Process start() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServeMain.class.getName(),
                directory.toString());
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static String urlOf(Process server) throws Exception {
        var reader = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        assertThat(line).startsWith("serving ");
        return line.split(" ")[1];
    }

    private void writeUntilKilled(Process server, String url, int round, Map<String, Long> acknowledged)
            throws Exception {
        String token = Files.readString(directory.resolve("admin.token"));
        HttpClient http = TestApi.clientTrusting(Files.readString(directory.resolve("tls.crt")));
        CountDownLatch enough = new CountDownLatch(WRITES_BEFORE_KILL);
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        for (int writer = 0; writer < WRITERS; writer++) {
            String prefix = "r" + round + "-w" + writer + "-";
            writers.execute(() -> {
                for (int i = 0; server.isAlive(); i++) {
                    write(http, url, token, prefix + i, acknowledged);
                    enough.countDown();
                }
            });
        }
        assertThat(enough.await(60, SECONDS)).isTrue();
        server.destroyForcibly(); // SIGKILL, while the writers go on
        writers.shutdown();
        assertThat(writers.awaitTermination(60, SECONDS)).isTrue();
    }

    private static void write(HttpClient http, String url, String token, String name, Map<String, Long> acknowledged) {
        String body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name + "\"}}";
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/api/v1/namespaces/default/configmaps"))
                            .timeout(Duration.ofSeconds(20))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 201) {
                String revision = response.body().replaceAll("(?s).*\"resourceVersion\":\"(\\d+)\".*", "$1");
                acknowledged.put(name, Long.parseLong(revision));
            }
        } catch (java.io.IOException e) {
            // the server has been killed: this write was not acknowledged
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
