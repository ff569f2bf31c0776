package dev.cairn.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.embedded.store.Key;
import dev.cairn.embedded.store.Listing;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in its own process is killed with SIGKILL in the midst of writes; what it acknowledged must be there. */
class DurabilityTest {
    /** In CI few; 200 take some minutes. */
    private static final int KILLS = Integer.getInteger("cairn.kills", 3);

    private static final int WRITERS = 4;
    private static final int WRITES_BEFORE_KILL = 60;
    private static final long DELETED = -1;

    @TempDir
    Path directory;

    /** The revision that the last acknowledged write of a name has left; nothing while a write of it is under way. */
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

    private final LongAccumulator highest = new LongAccumulator(Long::max, 0);
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    @Test
    void acknowledgedWritesSurviveAKillAndRevisionsNeverGoBack() throws Exception {
        String firstUrl = "";
        long writes = 0;
        for (int round = 0; round < KILLS; round++) {
            Process server = start();
            try {
                String url = urlOf(server);
                assertThat(firstUrl.isEmpty() || firstUrl.equals(url))
                        .as("the URL stays")
                        .isTrue();
                firstUrl = url;
                writes += writeUntilKilled(server, url, round, highest.get());
            } finally {
                server.destroyForcibly().waitFor(20, SECONDS);
            }
            assertNothingIsLost();
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.filter(file -> file.toString().endsWith(".so")))
                    .as("what each start unpacks: of the last one, and of this process")
                    .hasSizeLessThanOrEqualTo(2);
        }
        System.out.println(KILLS + " kills in " + writes + " acknowledged writes, revision " + highest.get()
                + ": nothing lost, no revision twice");
    }

    private void assertNothingIsLost() {
        try (Store store = Store.open(directory)) {
            acknowledged.forEach((name, revision) -> assertThat(store.get(new Key("", "configmaps", "default", name))
                            .map(Stored::revision)
                            .orElse(DELETED))
                    .as(name)
                    .isEqualTo(revision));
            Listing all = store.list("", "configmaps", "default");
            assertThat(all.revision()).isGreaterThanOrEqualTo(highest.get());
            assertThat(all.items()).allSatisfy(item -> {
                assertThat(asked).contains(item.key().name());
                assertThat(item.object().path("kind").asText()).isEqualTo("ConfigMap");
            });
            store.start();
        }
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

    /** How many writes were acknowledged. */
    private long writeUntilKilled(Process server, String url, int round, long before) throws Exception {
        String token = Files.readString(directory.resolve("admin.token"));
        Requests requests = new Requests(
                TestApi.clientTrusting(Files.readString(directory.resolve("tls.crt"))),
                url + "/api/v1/namespaces/default/configmaps",
                token,
                before);
        CountDownLatch enough = new CountDownLatch(WRITES_BEFORE_KILL);
        LongAdder done = new LongAdder();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        List<Future<?>> all = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            String prefix = "r" + round + "-w" + writer + "-";
            all.add(writers.submit(() -> {
                for (int i = 0; server.isAlive(); i++) {
                    boolean goesOn = true;
                    for (int what = 0; what < 3 && goesOn; what++) { // of what was not acknowledged nothing is known
                        goesOn = writeOne(requests, prefix + i, what);
                        done.add(goesOn ? 1 : 0);
                        enough.countDown();
                    }
                }
                return null;
            }));
        }
        boolean reached = enough.await(60, SECONDS);
        server.destroyForcibly(); // SIGKILL, while the writers go on
        for (Future<?> writer : all) {
            writer.get(60, SECONDS);
        }
        writers.shutdown();
        assertThat(reached).isTrue();
        return done.sum();
    }

    /** Creates, changes or deletes an object; whether it was acknowledged. */
    private boolean writeOne(Requests requests, String name, int what) throws Exception {
        asked.add(name);
        acknowledged.remove(name);
        OptionalLong revision = switch (what) {
            case 0 ->
                requests.send(
                        "POST",
                        "",
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name + "\"}}",
                        201);
            case 1 -> requests.send("PATCH", "/" + name, "{\"data\":{\"a\":\"b\"}}", 200);
            default -> requests.send("DELETE", "/" + name, "", 200);
        };
        revision.ifPresent(found -> {
            acknowledged.put(name, what == 2 ? DELETED : found);
            highest.accumulate(found);
        });
        return revision.isPresent();
    }

    /**
     * Asks a server that is killed meanwhile.
     *
     * @param before the highest revision that was seen before this server began
     */
    private record Requests(HttpClient http, String url, String token, long before) {
        /** The revision that an acknowledged write left, 0 for a deletion; empty when the server is gone. */
        OptionalLong send(String method, String path, String body, int expected) throws Exception {
            HttpResponse<String> response;
            try {
                response = http.send(
                        HttpRequest.newBuilder(URI.create(url + path))
                                .timeout(Duration.ofSeconds(20))
                                .header("Authorization", "Bearer " + token)
                                .header(
                                        "Content-Type",
                                        method.equals("PATCH") ? "application/merge-patch+json" : "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
            } catch (java.io.IOException e) {
                return OptionalLong.empty(); // the server has been killed: this write was not acknowledged
            }
            assertThat(response.statusCode()).as(response.body()).isEqualTo(expected);
            if (method.equals("DELETE")) {
                return OptionalLong.of(0);
            }
            long revision = Long.parseLong(response.body().replaceAll("(?s).*\"resourceVersion\":\"(\\d+)\".*", "$1"));
            assertThat(revision).as("a new revision").isGreaterThan(before);
            return OptionalLong.of(revision);
        }
    }
}
