package dev.cairn.app.cli;

import dev.cairn.app.source.FolderState;
import dev.cairn.app.source.FolderState.Pending;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks until everything that the folders declare is applied, Ready and answering, or until something is stuck. Ready
 * must hold for a moment, since what a restarted operator has not looked at yet still says what it said before.
 */
final class Bringup {
    static final Duration SETTLED = Duration.ofSeconds(2);

    private final Api api;
    private final FolderState folders;
    private final Answers answers;
    private final Stuck stuck;
    private final Consumer<String> progress;
    private final Set<String> told = new HashSet<>();
    private @Nullable Instant readySince;
    private @Nullable Instant silentSince;

    /**
     * @param patience longest time in which nothing may change
     * @param progress takes one line for each news
     */
    Bringup(Api api, FolderState folders, Answers answers, Duration patience, Consumer<String> progress) {
        this.api = api;
        this.folders = folders;
        this.answers = answers;
        this.stuck = new Stuck(patience);
        this.progress = progress;
    }

    /** One look. Empty: look again. An empty list: everything is Ready. Else: what is stuck, one line each. */
    Optional<List<String>> look(Instant now) throws InterruptedException {
        Snapshot snapshot;
        List<Pending> pending;
        try {
            snapshot = Snapshot.read(api.client(), null);
            pending = folders.pending();
            silentSince = null;
        } catch (KubernetesClientException e) {
            return silent(String.valueOf(api.explain(e).getMessage()), now);
        } catch (IOException e) {
            return silent(String.valueOf(e.getMessage()), now);
        }
        List<Unready> unready = unready(snapshot, pending);
        tell(Progress.line(snapshot, pending, unready));
        if (!unready.isEmpty()) {
            readySince = null;
            List<Unready> problems = stuck.look(unready, now);
            return problems.isEmpty()
                    ? Optional.empty()
                    : Optional.of(problems.stream().map(Unready::toString).toList());
        }
        readySince = readySince == null ? now : readySince;
        return Duration.between(readySince, now).compareTo(SETTLED) < 0 ? Optional.empty() : Optional.of(List.of());
    }

    /** The API is there, since it was reached before; it may be busy for a moment. */
    private Optional<List<String>> silent(String why, Instant now) {
        silentSince = silentSince == null ? now : silentSince;
        boolean enough = Duration.between(silentSince, now).compareTo(Stuck.STALLED) >= 0;
        return enough ? Optional.of(List.of(why)) : Optional.empty();
    }

    private List<Unready> unready(Snapshot snapshot, List<Pending> pending) throws InterruptedException {
        List<Unready> all = new ArrayList<>();
        for (Pending one : pending) {
            String message = one.problem().isEmpty() ? "not applied yet" : one.problem();
            all.add(new Unready(one.what(), one.lasting() ? "refused" : "waiting", message, one.lasting()));
        }
        all.addAll(Unready.of(snapshot));
        return all.isEmpty() ? silentEndpoints(snapshot) : all;
    }

    private List<Unready> silentEndpoints(Snapshot snapshot) throws InterruptedException {
        List<Unready> silent = new ArrayList<>();
        for (var endpoint : snapshot.endpoints()) {
            String url =
                    endpoint.getStatus() == null ? null : endpoint.getStatus().url();
            if (url != null && Answers.canBeAsked(endpoint)) {
                Answers.Answer answer = answers.get(url);
                if (!answer.ok()) {
                    silent.add(new Unready(
                            "Endpoint " + Snapshot.name(endpoint), "NoAnswer", url + ": " + answer.text(), false));
                }
            }
        }
        return silent;
    }

    private void tell(String line) {
        if (told.add(line)) {
            progress.accept(line);
        }
    }
}
