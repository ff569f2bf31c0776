package dev.cairn.app.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.api.ServiceResource;
import dev.cairn.app.TestApi;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The source against the embedded API. */
class FolderSourceTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final FolderSource.Pace FAST = new FolderSource.Pace(Duration.ofMillis(200), Duration.ofMillis(600));

    @TempDir
    Path temporary;

    private Path folder = Path.of("");
    private @Nullable TestApi api;
    private @Nullable FolderSource source;
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private volatile String refused = "";

    @BeforeEach
    void start() throws IOException {
        folder = Files.createDirectory(temporary.resolve("folder"));
        api = new TestApi(
                temporary,
                request -> request.name().equals(refused)
                        ? Admission.Verdict.refuse("not " + refused + " now", List.of())
                        : Admission.Verdict.ALLOWED);
    }

    @AfterEach
    void stop() throws IOException {
        stopSource();
        api.close();
    }

    private void startSource() {
        source = new FolderSource(api.client(), List.of(folder), FAST, reports::add);
        source.start();
    }

    private void stopSource() {
        if (source != null) {
            source.close();
        }
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    private static String map(String name, String value) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}, data: {key: " + value + "}}\n";
    }

    private static String service(String name, String versions) {
        return "apiVersion: cairn.dev/v1alpha1\nkind: Service\nmetadata: {name: " + name
                + "}\nspec: {image: webapp, versions: " + versions + "}\n";
    }

    private @Nullable String value(String name) {
        var map =
                api.client().configMaps().inNamespace("default").withName(name).get();
        return map == null ? null : map.getData().get("key");
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(LONG).untilAsserted(assertion);
    }

    private void edit(String name, String value) {
        api.client()
                .configMaps()
                .inNamespace("default")
                .withName(name)
                .edit(map ->
                        new ConfigMapBuilder(map).withData(Map.of("key", value)).build());
    }

    @Test
    void anEditStaysUntilTheFileChangesAlsoAcrossRestarts() throws IOException {
        write("a.yaml", map("a", "file"));
        startSource();
        eventually(() -> assertThat(value("a")).isEqualTo("file"));
        stopSource();
        edit("a", "edited");
        write("b.yaml", map("b", "file"));
        startSource();
        eventually(() -> assertThat(value("b")).isEqualTo("file"));
        assertThat(value("a")).isEqualTo("edited");
        write("a.yaml", "# only a comment\n" + map("a", "file"));
        write("c.yaml", map("c", "file"));
        eventually(() -> assertThat(value("c")).isEqualTo("file"));
        assertThat(value("a")).isEqualTo("edited");
        write("a.yaml", map("a", "changed"));
        eventually(() -> assertThat(value("a")).isEqualTo("changed"));
        assertThat(reports).contains(folder + "/a.yaml: ConfigMap default/a applied");
    }

    @Test
    void deletesOnlyWhatItHasApplied() throws IOException {
        write("a.yaml", map("a", "x"));
        write("b.yaml", map("b", "x"));
        write("c.yaml", map("c", "x"));
        startSource();
        eventually(() -> assertThat(value("c")).isEqualTo("x"));
        api.apply(map("foreign", "x"));
        api.client().configMaps().inNamespace("default").withName("c").delete();
        api.apply(map("c", "somebody else's"));
        write("bad.yaml", "a: [1");
        eventually(() -> assertThat(reports).anyMatch(line -> line.contains("bad.yaml: not YAML: line 1")));
        Files.delete(folder.resolve("b.yaml"));
        Files.delete(folder.resolve("c.yaml"));
        write("d.yaml", map("d", "x"));
        eventually(() -> assertThat(value("d")).isEqualTo("x"));
        assertThat(value("b")).as("a file is unreadable").isEqualTo("x");
        Files.delete(folder.resolve("bad.yaml"));
        eventually(() -> assertThat(value("b")).isNull());
        eventually(() -> assertThat(reports).anyMatch(line -> line.startsWith("ConfigMap default/c left alone")));
        assertThat(value("a")).isEqualTo("x");
        assertThat(value("c")).isEqualTo("somebody else's");
        assertThat(value("foreign")).isEqualTo("x");
        assertThat(reports).contains("ConfigMap default/b deleted: no file declares it any more");
    }

    @Test
    void aRefusedDocumentIsReportedAndStopsNoOther() throws IOException {
        refused = "s1";
        write("1.yaml", service("s1", "[v1, v2, v3]") + "---\n" + service("s2", "[v1, v2, v3]"));
        write("2.yaml", service("s3", "[v1], colour: red"));
        write("3.yaml", "{apiVersion: cairn.dev/v1alpha1, kind: Servise, metadata: {name: x}}");
        startSource();
        eventually(() -> assertThat(reports).contains(folder + "/1.yaml: Service default/s2 applied"));
        eventually(() -> assertThat(reports).anyMatch(line -> line.contains("the API has no kind Servise")));
        assertThat(reports)
                .anyMatch(line -> line.startsWith(folder + "/1.yaml: Service default/s1: refused: ")
                        && line.contains("not s1 now"));
        assertThat(reports)
                .anyMatch(line ->
                        line.startsWith(folder + "/2.yaml: Service default/s3: refused: ") && line.contains("colour"));
        FolderState state = new FolderState(api.client(), List.of(folder));
        assertThat(state.pending())
                .filteredOn(FolderState.Pending::lasting)
                .extracting(FolderState.Pending::what)
                .contains(folder + "/1.yaml: Service default/s1", folder + "/2.yaml: Service default/s3");

        refused = "";
        write("2.yaml", service("s3", "[v1]"));
        write("3.yaml", map("x", "y"));
        eventually(() -> assertThat(reports).contains(folder + "/1.yaml: Service default/s1 applied"));
        eventually(() -> assertThat(state.pending()).isEmpty());
        assertThat(api.client()
                        .resources(ServiceResource.class)
                        .inNamespace("default")
                        .withName("s3")
                        .get()
                        .getSpec()
                        .versions())
                .containsExactly("v1");
        assertThat(state.services()).containsExactly("s1", "s2", "s3");
    }
}
