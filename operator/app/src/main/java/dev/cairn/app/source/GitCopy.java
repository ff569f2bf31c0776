package dev.cairn.app.source;

import dev.cairn.app.GitOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.jspecify.annotations.Nullable;

/** The newest commit of a branch on this machine, without the history before it and without a work tree. */
final class GitCopy {
    private static final String HEAD = "refs/cairn/head";

    /** Longest silence of the other side. */
    private static final int SILENCE_SECONDS = 20;

    /** Longest time of one fetch, also where the other side goes on sending. */
    private static final Duration LONGEST = Duration.ofSeconds(120);

    /** What no longer belongs to the commit is cleared away after so many new ones. */
    private static final int CLEAR_EVERY = 50;

    private final GitOptions options;
    private final Path directory;
    private int fetched;

    /**
     * @param directory made when missing
     */
    GitCopy(GitOptions options, Path directory) {
        GitSettings.isolate();
        this.options = options;
        this.directory = directory;
    }

    /** Id of the commit that is here; empty before the first fetch. */
    Optional<String> head() throws IOException {
        if (!Files.exists(directory.resolve("HEAD"))) {
            return Optional.empty();
        }
        try (Git git = open()) {
            return Optional.ofNullable(git.getRepository().resolve(HEAD)).map(ObjectId::name);
        }
    }

    /** All files of the commit that is here; empty before the first fetch. */
    Optional<Place.Content> read() throws IOException {
        if (head().isEmpty()) {
            return Optional.empty();
        }
        try (Git git = open()) {
            Repository repository = git.getRepository();
            ObjectId head = repository.resolve(HEAD);
            return head == null
                    ? Optional.empty()
                    : Optional.of(new GitTree(repository, options.path(), fileName()).read(head));
        } catch (MissingObjectException e) {
            clear();
            throw new IOException("the copy in " + directory + " was damaged; it is fetched anew", e);
        }
    }

    /**
     * Brings the newest commit of the branch here, whatever its history.
     *
     * @param stop asked again and again; true to give up
     * @throws IOException when it cannot, with one sentence that holds no credentials
     */
    void fetch(java.util.function.BooleanSupplier stop) throws IOException {
        GitCredentials credentials = GitCredentials.of(options);
        FetchBounds bounds = new FetchBounds(LONGEST, directory, stop);
        try (Git git = open()) {
            ObjectId before = git.getRepository().resolve(HEAD);
            git.fetch()
                    .setRemote(options.url())
                    .setRefSpecs(new RefSpec("+refs/heads/" + options.branch() + ":" + HEAD))
                    .setDepth(1)
                    .setTagOpt(TagOpt.NO_TAGS)
                    .setTimeout(SILENCE_SECONDS)
                    .setCredentialsProvider(credentials.provider())
                    .setProgressMonitor(bounds)
                    .call();
            clearUp(git, before);
        } catch (GitAPIException | RuntimeException e) {
            throw new IOException(credentials.hide(reason(e, bounds)), null);
        }
    }

    private void clearUp(Git git, @Nullable ObjectId before) throws IOException, GitAPIException {
        boolean moved = before != null && !before.equals(git.getRepository().resolve(HEAD));
        if (moved && ++fetched % CLEAR_EVERY == 0) {
            git.gc().setExpire(java.time.Instant.now()).call();
        }
    }

    private Git open() throws IOException {
        try {
            return Files.exists(directory.resolve("HEAD"))
                    ? Git.open(directory.toFile())
                    : Git.init()
                            .setBare(true)
                            .setDirectory(directory.toFile())
                            .setInitialBranch("cairn")
                            .call();
        } catch (GitAPIException | RuntimeException e) {
            throw new IOException("the copy in " + directory + " cannot be used: " + e.getMessage(), e);
        }
    }

    private void clear() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private String reason(Exception e, FetchBounds bounds) {
        Optional<String> exceeded = bounds.exceeded();
        if (exceeded.isPresent()) {
            return exceeded.get();
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("Remote does not have refs/heads/" + options.branch())
                || message.contains("Nothing to fetch")) {
            return "it has no branch " + options.branch();
        }
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String root = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return message.contains(root) ? message : message + " (" + root + ")";
    }

    /** What the user calls the files of it: the last part of the address. */
    private String fileName() {
        String url = options.url().replaceAll("/+$", "");
        return url.substring(url.lastIndexOf('/') + 1);
    }
}
