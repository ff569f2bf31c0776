package dev.cairn.app.cli;

import dev.cairn.app.GitOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;

/** What the user may say of a repository. */
final class GitCheck {
    private static final int MAX_INTERVAL = 86_400;

    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    private GitCheck() {}

    /**
     * @throws UserError when a part of it makes no sense
     */
    static void check(GitOptions repository) {
        url(repository.url());
        String branch = repository.branch();
        if (!Repository.isValidRefName(Constants.R_HEADS + branch)) {
            throw new UserError("--git-branch " + Texts.line(branch) + " cannot be the name of a branch");
        }
        String path = repository.path();
        if (path.startsWith("/") || List.of(path.split("/", -1)).contains("..") || path.contains("\\")) {
            throw new UserError("--git-path " + Texts.line(path)
                    + " is no folder inside the repository; it must be relative and without \"..\"");
        }
        if (repository.intervalSeconds() < 1 || repository.intervalSeconds() > MAX_INTERVAL) {
            throw new UserError("--git-interval " + repository.intervalSeconds() + " must be from 1 to " + MAX_INTERVAL
                    + " seconds");
        }
        if (repository.credentials() != null && !Files.isReadable(repository.credentials())) {
            throw new UserError("--git-credentials " + repository.credentials() + " cannot be read");
        }
    }

    private static void url(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new UserError("--git holds something that is no URL; write https://HOST/PATH or file:///PATH");
        }
        if (uri.getRawUserInfo() != null && uri.getRawUserInfo().contains(":")) {
            throw new UserError("the URL for --git holds a password, which would show up in logs; remove it there, and"
                    + " name a file that holds USER:PASSWORD with --git-credentials");
        }
        boolean file = "file".equals(uri.getScheme()) && uri.getPath() != null;
        boolean https = "https".equals(uri.getScheme()) && uri.getHost() != null;
        boolean near = "http".equals(uri.getScheme()) && LOOPBACK.contains(String.valueOf(uri.getHost()));
        if (uri.getRawUserInfo() != null || !(file || https || near)) {
            throw new UserError("--git " + Texts.line(url)
                    + " cannot be followed; write https://HOST/PATH or file:///PATH, ssh is not supported");
        }
    }
}
