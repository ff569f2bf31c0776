package dev.cairn.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.app.GitOptions;
import dev.cairn.app.UpOptions;
import dev.cairn.app.up.LocalMachinery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** up and down, without the machinery. */
class ProcessCommandsTest {
    @TempDir
    Path directory;

    private final CommandLineRun.Recorder machinery = new CommandLineRun.Recorder();

    private CommandLineRun run(String... words) {
        return CommandLineRun.of(machinery, words);
    }

    /** A process that looks as if it were ours, or not. */
    private Process sleeping(String... words) throws IOException {
        return new ProcessBuilder(
                        "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done", String.join(" ", words))
                .start();
    }

    @Test
    void upPassesWhatWasAsked() {
        CommandLineRun run = run("up", directory.toString(), "--state", directory + "/state", "--api-port", "7001");
        assertThat(run).isEqualTo(new CommandLineRun(0, "", ""));
        assertThat(machinery.runs)
                .containsExactly(new UpOptions(
                        List.of(directory),
                        directory.resolve("state"),
                        "127.0.0.1",
                        new UpOptions.Listen("127.0.0.1", 7001),
                        Optional.empty(),
                        "cairn",
                        List.of(),
                        false,
                        false));
    }

    /** With the machinery: it ends before anything is begun. */
    @Test
    void aStoreThatCannotBeOpenedIsToldInOneSentence() throws IOException {
        Path api = Files.createDirectories(directory.resolve("state/api"));
        Files.write(api.resolve("objects.revision"), new byte[] {0, 0, 0, 0, 0, 0, 0, 7});
        CommandLineRun run = CommandLineRun.of(
                new LocalMachinery(), "up", directory.toString(), "--state=" + directory.resolve("state"));
        assertThat(run)
                .isEqualTo(new CommandLineRun(
                        1,
                        "",
                        "error: The store " + api.resolve("objects.db") + " is damaged (it is missing or empty);"
                                + " restore it from a backup, or remove the data directory to start empty.\n"));
    }

    @Test
    void aClusterMayAskAtAnAddress() throws IOException {
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), "");
        assertThat(run("up", directory.toString(), "--kubeconfig=" + kubeconfig, "--webhook=10.0.0.7:9443")
                        .err())
                .isEmpty();
        assertThat(machinery.runs.get(0).cluster())
                .contains(new UpOptions.Cluster(kubeconfig, Optional.of(new UpOptions.Listen("10.0.0.7", 9443))));
    }

    @Test
    void aProcessInTheBackgroundIsAskedForTheSame() {
        List<String> words = List.of(
                "up", "--state=s", "--api-port=7", "--api-address=0.0.0.0", "--installation=x", "--", "-odd", "b");
        assertThat(UpCommand.parse(words, machinery))
                .contains(new UpOptions(
                        List.of(Path.of("-odd"), Path.of("b")),
                        Path.of("s"),
                        "127.0.0.1",
                        new UpOptions.Listen("0.0.0.0", 7),
                        Optional.empty(),
                        "x",
                        List.of(),
                        false,
                        false));
        assertThat(UpCommand.parse(List.of(), machinery)).isEmpty();
    }

    @Test
    void repositoriesAreFollowedBesideFolders() {
        CommandLineRun run = run(
                "up",
                "--git=https://example.com/a.git",
                "--git-branch=live",
                "--git-path=deploy/",
                "--git=file:///srv/b.git",
                "--git-interval=5",
                "--enforce",
                "--allow-prune");
        assertThat(run.err()).isEmpty();
        UpOptions asked = machinery.runs.get(0);
        assertThat(asked.repositories())
                .containsExactly(
                        new GitOptions("https://example.com/a.git", "live", "deploy", 30, null),
                        new GitOptions("file:///srv/b.git", "main", "", 5, null));
        assertThat(asked.enforce()).isTrue();
        assertThat(asked.allowPrune()).isTrue();
    }

    @Test
    void aRepositoryThatCannotBeFollowedIsOneLine() {
        assertThat(run("up", "--git=https://me:geheim@example.com/a.git").err())
                .hasLineCount(1)
                .contains("--git-credentials")
                .doesNotContain("geheim");
        assertThat(run("up", "--git=git@example.com:a.git").err()).hasLineCount(1);
        assertThat(run("up", "--git=ssh://git@example.com/a.git").err()).contains("ssh is not supported");
        assertThat(run("up", "--git=http://example.com/a.git").err()).contains("cannot be followed");
        String url = "--git=file:///srv/a.git";
        assertThat(run("up", url, "--git-branch=a..b").err()).contains("cannot be the name of a branch");
        assertThat(run("up", url, "--git-path=../x").err()).contains("no folder inside the repository");
        assertThat(run("up", url, "--git-interval=0").err()).contains("must be from 1 to 86400");
        assertThat(run("up", url, "--git-credentials=" + directory + "/none").err())
                .contains("cannot be read");
        assertThat(machinery.runs).isEmpty();
    }

    @Test
    void mistakesAreOneLine() {
        String folder = directory.toString();
        assertThat(run("up", folder + "/no").err())
                .isEqualTo("error: there is no folder " + folder + "/no; name a folder with YAML files\n");
        assertThat(run("up", folder, "--api-port=70000").code()).isEqualTo(1);
        assertThat(run("up", folder, "--installation=A_B").code()).isEqualTo(1);
        assertThat(run("up", folder, "--proxy-address=::1").code()).isEqualTo(1);
        assertThat(run("up", folder, "--api-address=here").err())
                .contains("--api-address here is no address; it must be an IPv4 address");
        assertThat(run("up", folder, "--kubeconfig=" + folder + "/none").code()).isEqualTo(1);
        assertThat(run("up", folder, "--webhook=127.0.0.1:9443").err())
                .contains("--webhook is for a cluster, and none is named");
        for (String odd : List.of("9443", "127.0.0.1:70000", "host:9443", "127.0.0.1:")) {
            assertThat(run("up", folder, "--kubeconfig=" + folder + "/none", "--webhook=" + odd)
                            .err())
                    .contains("--webhook " + odd + " is no address with a port");
        }
        assertThat(run("up")).satisfies(run -> {
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).hasLineCount(1).startsWith("error: Missing required parameter");
        });
        assertThat(run("upp").code()).isEqualTo(2);
        assertThat(run().err()).isEqualTo("error: a command is missing; see cairn --help\n");
        assertThat(machinery.runs).isEmpty();
    }

    @Test
    void anUnexpectedFaultIsOneLineToo() {
        CommandLineRun run = CommandLineRun.of(
                new CommandLineRun.Recorder() {
                    @Override
                    public void run(UpOptions options) {
                        throw new IllegalStateException("broken\npart");
                    }
                },
                "up",
                directory.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("broken part");
    }

    @Test
    void downStopsNoProcessThatIsNotOurs() throws Exception {
        Process other = sleeping("other");
        try {
            Files.writeString(directory.resolve("cairn.pid"), other.pid() + "\n");
            CommandLineRun run = run("down", "--state", directory.toString());
            assertThat(run.code()).isZero();
            assertThat(run.out()).startsWith("no operator runs");
            assertThat(other.isAlive()).isTrue();
            assertThat(machinery.stopped).containsExactly(directory);
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void aProcessIsOursByItsProgramAndItsAge() throws Exception {
        Process ours = new ProcessBuilder(
                        "sh", "-c", "while :; do sleep 0.1; done", "dev.cairn.app.Main", "dev.cairn.app.Main")
                .start();
        try {
            Path file = Files.writeString(directory.resolve("cairn.pid"), ours.pid() + "\n");
            Background background = new Background(directory);
            assertThat(background.process()).contains(ours.toHandle());
            assertThat(run("up", directory.toString(), "--state", directory.toString())
                            .err())
                    .contains("cairn runs already as process " + ours.pid());
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
            assertThat(background.process()).as("the process id was used again").isEmpty();
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            background.stop(ours.toHandle(), Duration.ofSeconds(10));
            assertThat(ours.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(file).doesNotExist();
        } finally {
            ours.destroyForcibly().waitFor();
        }
    }

    @Test
    void aPidFileWithNonsenseIsNoProcess() throws IOException {
        Files.writeString(directory.resolve("cairn.pid"), "nonsense");
        assertThat(new Background(directory).process()).isEmpty();
    }
}
