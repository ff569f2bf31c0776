package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Git repository as the truth. */
@ExtendWith(CairnExtension.class)
final class GitOpsTest {
    private static final String FILE = "deploy/services.yaml";

    /** A work tree whose commits the operator follows. */
    private record Repository(Path directory, Git git) {
        String commit(String file, String text) throws IOException, GitAPIException {
            Path path = directory.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            git.add().addFilepattern(".").call();
            return git.commit()
                    .setMessage("change " + file)
                    .setAuthor("someone", "someone@example.com")
                    .setSign(false)
                    .call()
                    .name();
        }
    }

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void F59_aCommitReleasesAndAnotherOnePromotes(Cairn cairn) throws Exception {
        Path directory = Files.createTempDirectory("cairn-git").resolve("shop");
        Yaml.Service yaml = new Yaml.Service("gitops", "v0.1, v0.2, v0.3").spec("retain: {count: 0}");
        try (Git git = Git.init()
                        .setDirectory(directory.toFile())
                        .setInitialBranch("main")
                        .call();
                Subject subject = Subject.of(cairn, yaml)) {
            Repository repository = new Repository(directory, git);
            repository.commit(FILE, subject.text());
            String[] options = {
                "--git=file://" + directory, "--git-path=deploy", "--git-interval=1",
            };
            cairn.operator().stop();
            cairn.operator().start(options);
            cairn.awaitApi();
            try {
                declared(cairn, subject, yaml.versions());
                Subject.STAGES.forEach(subject::awaitRouted);
                try (Load load = Load.start(cairn, subject, 2, Duration.ofMillis(40), "/")) {
                    follow(cairn, subject, repository);
                    goOnWithoutIt(cairn, subject, directory);
                    load.finish(List.of(List.of("v0.1", "v0.2", "v0.3"), List.of("v0.2", "v0.3", "v0.4")));
                }
                nothingIsDoneTwice(cairn, subject, options);
            } finally {
                cairn.operator().stop();
                cairn.operator().start();
                cairn.awaitApi();
            }
        }
    }

    private static void follow(Cairn cairn, Subject subject, Repository repository) throws Exception {
        String pushed = "v0.1, v0.2, v0.3, v0.4";
        repository.commit(FILE, subject.text().replace("v0.1, v0.2, v0.3", pushed));
        declared(cairn, subject, pushed);
        subject.assertHolds("v0.1", "v0.2", "v0.3", "v0.4");
        assertThat(subject.answers()).containsExactly("v0.1", "v0.2", "v0.3");

        repository.commit("deploy/bad.yaml", "a: 1\nb: [\n");
        String popped = "v0.2, v0.3, v0.4";
        String commit = repository.commit(FILE, subject.text().replace("v0.1, v0.2, v0.3", popped));
        declared(cairn, subject, popped);
        assertThat(subject.answers()).containsExactly("v0.2", "v0.3", "v0.4");
        assertThat(subject.resource()
                        .path("metadata")
                        .path("annotations")
                        .path("cairn.dev/source-commit")
                        .asText())
                .isEqualTo(commit);
        Cairn.patiently("the broken file being named")
                .untilAsserted(() -> assertThat(cairn.cairn("show"))
                        .contains("shop:deploy/bad.yaml: not YAML: line 3")
                        .contains(commit.substring(0, 10)));
        Cairn.patiently("told of")
                .untilAsserted(() -> assertThat(
                                cairn.kubectl().ok("get", "events", "--field-selector", "reason=Applied", "-o", "wide"))
                        .contains("commit " + commit.substring(0, 10)));
    }

    private static void goOnWithoutIt(Cairn cairn, Subject subject, Path directory) throws Exception {
        Path away = directory.resolveSibling("away");
        Files.move(directory, away);
        Cairn.patiently("the repository being missed")
                .untilAsserted(() -> assertThat(cairn.cairn("show")).contains("cannot be fetched since"));
        subject.awaitReady();
        assertThat(subject.answers()).containsExactly("v0.2", "v0.3", "v0.4");
        Files.move(away, directory);
        Cairn.patiently("the repository being back")
                .untilAsserted(() -> assertThat(cairn.cairn("show")).doesNotContain("cannot be fetched since"));
    }

    private static void nothingIsDoneTwice(Cairn cairn, Subject subject, String... options) throws Exception {
        String generation = cairn.kubectl().ok("get", "csvc", subject.name(), "-o", "jsonpath={.metadata.generation}");
        List<String> lives = subject.lives();
        try (Engines.Births births = cairn.engines().births()) {
            cairn.operator().kill();
            cairn.operator().start(options);
            cairn.awaitApi();
            subject.awaitReady();
            Cairn.patiently("a scan of the repository after the start")
                    .during(Duration.ofSeconds(6))
                    .until(() -> subject.lives().equals(lives));
            assertThat(births.of(subject.name())).isEmpty();
        }
        assertThat(cairn.kubectl().ok("get", "csvc", subject.name(), "-o", "jsonpath={.metadata.generation}"))
                .isEqualTo(generation);
    }

    /** Waits until a commit with these versions has arrived and they run. */
    private static void declared(Cairn cairn, Subject subject, String versions) {
        Cairn.patiently(versions + " being declared").until(() -> {
            StringBuilder found = new StringBuilder();
            subject.resource()
                    .path("spec")
                    .path("versions")
                    .forEach(version -> found.append(", ").append(version.asText()));
            return found.toString().equals(", " + versions);
        });
        cairn.awaitCondition(subject.path(), "Ready", "True");
    }
}
