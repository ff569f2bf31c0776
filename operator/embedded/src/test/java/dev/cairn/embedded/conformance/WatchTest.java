package dev.cairn.embedded.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.conformance.Cluster.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Watches as client-go's reflector and others use them. */
class WatchTest extends OnCluster {
    /** A watch that is read line by line; it ends by itself after its seconds. */
    private static final class Stream implements AutoCloseable {
        final int code;
        private final BufferedReader lines;

        Stream(String path) throws IOException, InterruptedException {
            HttpResponse<InputStream> response =
                    cluster.http.send(cluster.request(path).build(), HttpResponse.BodyHandlers.ofInputStream());
            code = response.statusCode();
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        JsonNode next() throws IOException {
            String line = lines.readLine();
            return line == null ? Cluster.parse("") : Cluster.parse(line);
        }

        /** Type and name of the next event, bookmarks left out. */
        String event() throws IOException {
            JsonNode event = next();
            while (event.path("type").asText().equals("BOOKMARK")) {
                event = next();
            }
            return event.path("type").asText() + " "
                    + event.at("/object/metadata/name").asText();
        }

        List<JsonNode> rest() {
            return lines.lines().map(Cluster::parse).toList();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    private String since(String revision, String more) {
        return configMaps + "?watch=true&timeoutSeconds=20&resourceVersion=" + revision + more;
    }

    private String revision() {
        return cluster.get(configMaps).at("/metadata/resourceVersion");
    }

    @Test
    void aWatchTellsEveryChangeAfterTheList() throws Exception {
        String revision = revision();
        try (Stream early = new Stream(since(revision, "&labelSelector=w"))) {
            ObjectNode object = (ObjectNode) createConfigMap("a", "labels: {w: x}");
            cluster.mergePatch(configMaps + "/a", "{data: {a: c}}").expect(200);
            Answer deleted = cluster.delete(configMaps + "/a").expect(200);
            assertThat(deleted.code()).isEqualTo(200);
            JsonNode added = early.next();
            assertThat(added.path("type").asText()).isEqualTo("ADDED");
            assertThat(added.path("object")).isEqualTo(object);
            assertThat(early.event()).isEqualTo("MODIFIED a");
            JsonNode gone = early.next();
            assertThat(gone.path("type").asText()).isEqualTo("DELETED");
            assertThat(gone.at("/object/data/a").asText()).isEqualTo("c");
            assertThat(Long.parseLong(
                            gone.at("/object/metadata/resourceVersion").asText()))
                    .isGreaterThan(
                            Long.parseLong(meta(object).path("resourceVersion").asText()) + 1);
        }
        try (Stream late = new Stream(since(revision, "&labelSelector=w"))) {
            assertThat(List.of(late.event(), late.event(), late.event()))
                    .containsExactly("ADDED a", "MODIFIED a", "DELETED a");
        }
    }

    @Test
    void aSelectionIsEnteredAndLeft() throws Exception {
        String revision = revision();
        createConfigMap("e", "labels: {in: 'no'}");
        for (String label : List.of("in: 'yes'", "x: z", "in: 'no'", "in: 'yes'")) {
            cluster.mergePatch(configMaps + "/e", "{metadata: {labels: {%s}}}".formatted(label))
                    .expect(200);
        }
        cluster.delete(configMaps + "/e").expect(200);
        try (Stream watch = new Stream(since(revision, "&labelSelector=in%3Dyes"))) {
            List<String> events = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                events.add(watch.event());
            }
            assertThat(events).containsExactly("ADDED e", "MODIFIED e", "DELETED e", "ADDED e", "DELETED e");
        }
    }

    @Test
    void withoutAResourceVersionWhatExistsComesFirst() throws Exception {
        createConfigMap("a", "labels: {w: x}");
        for (String revision : List.of("", "0")) {
            try (Stream watch = new Stream(since(revision, "&labelSelector=w"))) {
                assertThat(watch.event()).isEqualTo("ADDED a");
            }
        }
        String one = configMaps + "?watch=true&timeoutSeconds=20&fieldSelector=metadata.name=a";
        try (Stream watch = new Stream(one)) {
            assertThat(watch.event()).isEqualTo("ADDED a");
        }
    }

    @Test
    void anUnknownPastIsGone() throws Exception {
        try (Stream watch = new Stream(since("1", "").replace("timeoutSeconds=20", "timeoutSeconds=2"))) {
            JsonNode event = watch.next();
            assumeFalse(event.isMissingNode(), "this server still remembers its first change");
            JsonNode status = event.has("type") ? event.path("object") : event;
            assertThat(event.path("type").asText("ERROR")).isEqualTo("ERROR");
            assertThat(status.path("code").asInt()).isEqualTo(410);
            assertThat(status.path("reason").asText()).isIn("Expired", "Gone");
            assertThat(status.path("message").asText()).startsWith("too old resource version: 1 (");
            assertThat(watch.rest()).isEmpty();
        }
        assertThat(cluster.get(configMaps + "?watch=true&resourceVersion=nonsense")
                        .code())
                .isIn(400, 500);
    }

    @Test
    void aStreamedListEndsWithABookmarkAndTheWatchWithItsTime() throws Exception {
        assumeTrue(cluster.atLeast(32), "streamed lists are on by default from Kubernetes 1.32");
        createConfigMap("streamed", "labels: {w: x}");
        String path = configMaps + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan&timeoutSeconds=2&labelSelector=w";
        try (Stream watch = new Stream(path)) {
            List<JsonNode> events = watch.rest();
            assertThat(events.get(0).path("type").asText()).isEqualTo("ADDED");
            JsonNode end = events.get(1);
            assertThat(end.path("type").asText()).isEqualTo("BOOKMARK");
            assertThat(end.at("/object/kind").asText()).isEqualTo("ConfigMap");
            assertThat(end.at("/object/metadata/annotations")
                            .path("k8s.io/initial-events-end")
                            .asText())
                    .isEqualTo("true");
            assertThat(end.at("/object/metadata/resourceVersion").asText()).matches("\\d+");
        }
        assertThat(cluster.get(configMaps + "?watch=true&sendInitialEvents=true&timeoutSeconds=1")
                        .code())
                .isEqualTo(422);
        assertThat(cluster.get(configMaps
                                + "?watch=true&timeoutSeconds=1&resourceVersion=1&resourceVersionMatch=NotOlderThan")
                        .code())
                .isEqualTo(422);
    }

    @Test
    void aWatchEndsWithItsTimeAndLeavesABookmark() throws Exception {
        String path = since(revision(), "&allowWatchBookmarks=true").replace("timeoutSeconds=20", "timeoutSeconds=3");
        try (Stream watch = new Stream(path)) {
            List<JsonNode> events = watch.rest();
            assertThat(events).allMatch(event -> event.path("type").asText().equals("BOOKMARK"));
        }
    }

    @Test
    void tablesAreWatched() throws Exception {
        createWidget("row", "{image: a}");
        String path = widgets + "?watch=true&timeoutSeconds=20";
        HttpResponse<InputStream> response = cluster.http.send(
                cluster.request(path)
                        .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            JsonNode first = Cluster.parse(lines.readLine());
            assertThat(first.at("/object/kind").asText()).isEqualTo("Table");
            assertThat(first.at("/object/columnDefinitions")).isNotEmpty();
            assertThat(first.at("/object/rows/0/cells/0").asText()).isEqualTo("row");
        }
    }
}
