package dev.cairn.app.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.app.GitOptions;
import dev.cairn.app.TestApi;
import dev.cairn.app.UpOptions;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ThrowingRunnable;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real repositories as sources of the embedded API. */
class GitSourceTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final FolderSource.Pace FAST = new FolderSource.Pace(Duration.ofMillis(200), Duration.ofMillis(600));

    @TempDir
    Path temporary;

    private @Nullable TestApi api;
    private @Nullable FolderSource source;
    private @Nullable TestRepository repository;
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private boolean enforce;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(temporary, request -> Admission.Verdict.ALLOWED);
        repository = new TestRepository(temporary.resolve("shop"));
    }

    @AfterEach
    void stop() throws IOException {
        stopSource();
        repository.close();
        api.close();
    }

    private UpOptions options(String path) {
        return new UpOptions(
                List.of(),
                temporary.resolve("state"),
                "127.0.0.1",
                new UpOptions.Listen("127.0.0.1", 0),
                Optional.empty(),
                "test",
                List.of(new GitOptions(repository.url(), "main", path, 1, null)),
                enforce,
                false);
    }

    private void startSource(String path) {
        source = new FolderSource(api.client(), options(path), FAST, reports::add);
        source.start();
    }

    private void stopSource() {
        if (source != null) {
            source.close();
        }
    }

    private static String map(String name, String value) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}, data: {key: " + value + "}}\n";
    }

    private @Nullable ConfigMap object(String name) {
        return api.client().configMaps().inNamespace("default").withName(name).get();
    }

    private @Nullable String value(String name) {
        ConfigMap map = object(name);
        return map == null ? null : map.getData().get("key");
    }

    private SourceState state() throws IOException {
        return new SourceStates(api.client()).all().get(0);
    }

    private List<Event> events(String namespace, String reason) {
        return api.client().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getReason().equals(reason))
                .toList();
    }

    /** Of the whole store: no write of anything, as long as it stays. */
    private String revision() {
        return api.client().configMaps().inAnyNamespace().list().getMetadata().getResourceVersion();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(LONG).ignoreExceptions().untilAsserted(assertion);
    }

    /** Through two fetches, many scans and looks for drift. The last event may come a moment after what it tells of. */
    private void assertNoWrites() {
        AtomicReference<String> before = new AtomicReference<>(revision());
        await().during(Duration.ofSeconds(3)).atMost(LONG).until(() -> {
            String now = revision();
            return now.equals(before.getAndSet(now));
        });
    }

    @Test
    void aCommitIsAppliedAndShownAndNothingIsWrittenTwice() throws Exception {
        repository.write("deploy/a.yaml", map("a", "one")).write("other/b.yaml", map("b", "one"));
        String first = repository.commit("release \u001b[31mred\n\nand more");
        startSource("deploy");
        eventually(() -> assertThat(value("a")).isEqualTo("one"));
        assertThat(value("b")).isNull();
        assertThat(object("a").getMetadata().getAnnotations()).containsEntry("cairn.dev/source-commit", first);
        eventually(() -> assertThat(events("default", "Applied"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getInvolvedObject().getName()).isEqualTo("a");
                    assertThat(event.getMessage())
                            .startsWith("shop:deploy/a.yaml: ConfigMap default/a applied from commit "
                                    + first.substring(0, 10))
                            .endsWith("\"release  [31mred\"");
                }));
        eventually(() -> assertThat(state().commit()).isEqualTo(first));
        assertThat(state().problems()).isEmpty();
        assertNoWrites();

        String second = repository.write("notes.txt", "nothing").commit("notes");
        eventually(() -> assertThat(state().commit()).isEqualTo(second));
        assertThat(object("a").getMetadata().getAnnotations()).containsEntry("cairn.dev/source-commit", first);
        stopSource();
        String before = object("a").getMetadata().getResourceVersion();
        startSource("deploy");
        assertNoWrites();
        assertThat(object("a").getMetadata().getResourceVersion()).isEqualTo(before);
    }

    @Test
    void aBrokenFileIsNamedAndTheOthersGoOn() throws Exception {
        repository.write("a.yaml", map("a", "one")).commit("first");
        startSource("");
        eventually(() -> assertThat(value("a")).isEqualTo("one"));
        repository
                .write("a.yaml", map("a", "two"))
                .write("bad.yaml", "a: 1\nb: [1\n")
                .write("worse.yaml", map("w", "x") + "---\n# here\njust text\n")
                .commit("broken");
        eventually(() -> assertThat(value("a")).isEqualTo("two"));
        eventually(() -> assertThat(state().problems())
                .anyMatch(problem -> problem.startsWith("shop:bad.yaml: not YAML: line 3: "))
                .anyMatch(problem -> problem.startsWith("shop:worse.yaml: line 2: document 2 is not an object")));
        assertThat(reports).anyMatch(line -> line.startsWith("shop:bad.yaml: not YAML: line 3: "));
        eventually(() -> assertThat(events("cairn-system", "SourceProblem"))
                .anyMatch(event -> event.getMessage().startsWith("shop:bad.yaml: not YAML: line 3: ")));
        repository.delete("bad.yaml").delete("worse.yaml").commit("mended");
        eventually(() -> assertThat(state().problems()).isEmpty());
    }

    @Test
    void anUnreachableRepositoryKeepsTheLastStateAndARewrittenOneIsFollowed() throws Exception {
        repository.write("a.yaml", map("a", "one")).commit("first");
        startSource("");
        eventually(() -> assertThat(value("a")).isEqualTo("one"));
        repository.close();
        Files.move(temporary.resolve("shop"), temporary.resolve("away"));
        eventually(() -> assertThat(state().problems())
                .singleElement()
                .asString()
                .contains(" main: cannot be fetched since 20", "stays in force"));
        assertThat(new FolderState(api.client(), options("")).pending())
                .singleElement()
                .asString()
                .contains("cannot be fetched since");
        stopSource();
        api.client().configMaps().inNamespace("default").withName("a").delete();
        enforce = true;
        startSource("");
        eventually(() -> assertThat(value("a")).as("of the copy").isEqualTo("one"));

        repository = new TestRepository(temporary.resolve("shop"));
        repository.write("a.yaml", map("a", "new history")).commit("again from nothing");
        eventually(() -> assertThat(value("a")).isEqualTo("new history"));
        eventually(() -> assertThat(state().problems()).isEmpty());
        assertThat(new FolderState(api.client(), options("")).pending()).isEmpty();
    }

    @Test
    void editsAreHealedOnlyWhenAskedFor() throws Exception {
        repository.write("a.yaml", map("a", "declared")).commit("first");
        enforce = true;
        startSource("");
        eventually(() -> assertThat(value("a")).isEqualTo("declared"));
        eventually(() -> assertThat(state().commit()).isNotNull());
        api.client()
                .configMaps()
                .inNamespace("default")
                .withName("a")
                .edit(map -> new ConfigMapBuilder(map)
                        .withData(Map.of("key", "edited", "other", "stays"))
                        .build());
        eventually(() -> assertThat(value("a")).isEqualTo("declared"));
        assertThat(object("a").getData()).as("not declared").containsEntry("other", "stays");
        api.client().configMaps().inNamespace("default").withName("a").delete();
        eventually(() -> assertThat(value("a")).isEqualTo("declared"));
        eventually(() -> assertThat(reports).anyMatch(line -> line.contains("put back")));
        assertNoWrites();
    }

    @Test
    void deletingMostAsksForConsentAndAnEmptyTreeDeletesNothing() throws Exception {
        repository
                .write("a.yaml", map("a", "x"))
                .write("b.yaml", map("b", "x"))
                .write("c.yaml", map("c", "x"))
                .commit("three");
        startSource("");
        eventually(() -> assertThat(value("c")).isEqualTo("x"));
        repository.delete("a.yaml").delete("b.yaml").write("d.txt", "").commit("two go");
        eventually(() -> assertThat(state().held()).containsExactly("ConfigMap default/a", "ConfigMap default/b"));
        assertThat(reports)
                .anyMatch(line -> line.contains("2 of 3 objects are declared by no file any more: ConfigMap default/a,"
                        + " ConfigMap default/b; that many are not deleted unless you agree: cairn prune --yes"));
        assertNoWrites();
        assertThat(value("a")).isEqualTo("x");
        SourceStates sources = new SourceStates(api.client());
        sources.agree(List.of());
        sources.agree(sources.all());
        eventually(() -> assertThat(value("a")).isNull());
        eventually(() -> assertThat(value("b")).isNull());
        eventually(() -> assertThat(state().held()).isEmpty());

        String empty = repository.delete("c.yaml").commit("empty");
        eventually(() -> assertThat(state().commit()).isEqualTo(empty));
        assertNoWrites();
        assertThat(value("c")).isEqualTo("x");
    }

    @Test
    void whatIsHostileInARepositoryIsNamedAndDoesNoHarm() throws Exception {
        Files.writeString(temporary.resolve("outside.yaml"), map("outside", "x"));
        repository
                .write("good.yaml", map("good", "x"))
                .write("huge.yaml", "#" + "x".repeat(10 * 1024 * 1024))
                .write("binary.yaml", "\0\1\2")
                .write("long.yaml", map("n".repeat(253), "x") + "---\n" + map("n".repeat(254), "x"))
                .write("bomb.yaml", bomb())
                .write("new\nline.yaml", "a: [")
                .link("link.yaml", "../outside.yaml")
                .commit("hostile");
        repository.commitSubmodule("sub.yaml");
        startSource("");
        eventually(() -> assertThat(value("good")).isEqualTo("x"));
        eventually(() -> assertThat(state().problems())
                .anyMatch(problem -> problem.startsWith("shop:huge.yaml: is larger than"))
                .anyMatch(problem -> problem.startsWith("shop:binary.yaml: not YAML"))
                .anyMatch(problem -> problem.startsWith("shop:long.yaml: line 2: document 2: its name is not valid"))
                .anyMatch(problem -> problem.startsWith("shop:bomb.yaml: "))
                .anyMatch(problem -> problem.startsWith("shop:new?line.yaml: not YAML"))
                .anyMatch(problem -> problem.startsWith("shop:link.yaml: is a link"))
                .anyMatch(problem -> problem.startsWith("shop:sub.yaml: is a submodule")));
        assertThat(value("outside")).isNull();
    }

    private static String bomb() {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            String before = "*a" + (i - 1);
            text.append(
                    "a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", java.util.Collections.nCopies(9, before))));
        }
        return text.toString();
    }

    @Test
    void aBranchOrFolderThatIsNotThereIsNamed() throws IOException, GitAPIException {
        repository.write("a.yaml", map("a", "x")).commit("first");
        startSource("nowhere");
        eventually(() -> assertThat(state().problems())
                .singleElement()
                .asString()
                .startsWith("shop: there is no folder nowhere in commit "));
        stopSource();
        repository.git().branchRename().setNewName("trunk").call();
        startSource("");
        eventually(() -> assertThat(reports).anyMatch(line -> line.endsWith("it has no branch main")));
    }
}
