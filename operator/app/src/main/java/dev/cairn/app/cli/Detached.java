package dev.cairn.app.cli;

import dev.cairn.app.UpOptions;
import dev.cairn.app.source.FolderState;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code cairn up --detach}: the process in the background, and how far it is. */
final class Detached {
    private static final Duration LOOK = Duration.ofMillis(400);

    /** Everything together may take so many times the longest time without progress. */
    private static final int PATIENCE_IN_ALL = 5;

    private static final int LAST_LINES = 8;

    private final UpOptions options;
    private final Duration patience;
    private final PrintWriter out;
    private final Instant begun = Instant.now();

    Detached(UpOptions options, Duration patience, PrintWriter out) {
        this.options = options;
        this.patience = patience;
        this.out = out;
    }

    /** Starts the process and waits until all is Ready. Returns the exit code. */
    int start(List<String> words) throws Exception {
        Launch launch = Launch.start(options.state(), words);
        say("cairn starts in the background as process " + launch.process().pid() + "; its log is " + launch.log());
        return follow(launch.process(), launch);
    }

    /** Waits until all is Ready with the process that runs already. Returns the exit code. */
    int goOn(ProcessHandle process) throws Exception {
        say("cairn runs already as process " + process.pid());
        return follow(process, null);
    }

    private int follow(ProcessHandle process, @Nullable Launch launch) throws Exception {
        Optional<Api> reached = Poll.until(LOOK, patience, () -> {
            died(process, launch);
            return reach(launch != null);
        });
        if (reached.isEmpty()) {
            throw new UserError("the API of process " + process.pid() + " did not answer within " + patience.toSeconds()
                    + " s; see " + options.state().resolve("cairn.log"));
        }
        try (Api api = reached.get()) {
            Answers answers = new Answers();
            FolderState folders = new FolderState(api.client(), options);
            Bringup bringup = new Bringup(api, folders, answers, patience, this::progress);
            Optional<List<String>> problems = Poll.until(LOOK, patience.multipliedBy(PATIENCE_IN_ALL), () -> {
                died(process, launch);
                return bringup.look(Instant.now());
            });
            if (problems.isEmpty() || !problems.get().isEmpty()) {
                return failed(process, problems.orElse(List.of("not everything became Ready in time; see cairn show")));
            }
            new Summary(api, answers, out).print(folders.services());
            return 0;
        }
    }

    /** The API, once it answers. */
    private Optional<Api> reach(boolean fresh) throws IOException {
        Path kubeconfig = options.cluster()
                .map(UpOptions.Cluster::kubeconfig)
                .orElse(options.state().resolve("kubeconfig"));
        boolean written = Files.isRegularFile(kubeconfig)
                && (!fresh
                        || options.cluster().isPresent()
                        || !Files.getLastModifiedTime(kubeconfig).toInstant().isBefore(begun.minusSeconds(1)));
        if (!written) {
            return Optional.empty();
        }
        Api api = Api.connect(kubeconfig, null);
        try {
            Snapshot.read(api.client(), null);
            return Optional.of(api);
        } catch (KubernetesClientException e) {
            api.close();
            return Optional.empty();
        }
    }

    private void died(ProcessHandle process, @Nullable Launch launch) throws IOException {
        if (Background.lives(process)) {
            return;
        }
        if (launch != null) {
            launch.lastLines(LAST_LINES).forEach(line -> say("  " + line));
        }
        throw new UserError(
                "cairn has ended in the background; see " + options.state().resolve("cairn.log"));
    }

    private int failed(ProcessHandle process, List<String> problems) {
        problems.forEach(problem -> say("error: " + problem));
        say("cairn goes on trying as process " + process.pid()
                + ": put this right and run the same command again, or stop it with cairn down");
        return 1;
    }

    private void progress(String line) {
        say(String.format(
                Locale.ROOT, "%4d s  %s", Duration.between(begun, Instant.now()).toSeconds(), line));
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
