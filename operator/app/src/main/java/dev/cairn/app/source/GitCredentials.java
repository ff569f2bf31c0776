package dev.cairn.app.source;

import dev.cairn.app.GitOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.jspecify.annotations.Nullable;

/** The user and the password for a repository, if any; they are told to its own host only, and shown nowhere. */
final class GitCredentials {
    /** Environment variable with {@code USER:PASSWORD}, for every https repository that has no file of its own. */
    static final String VARIABLE = "CAIRN_GIT_CREDENTIALS";

    private static final int MAX_BYTES = 8192;

    private final @Nullable String host;
    private final String user;
    private final String password;

    private GitCredentials(@Nullable String host, String user, String password) {
        this.host = host;
        this.user = user;
        this.password = password;
    }

    /**
     * @throws IOException when the file cannot be read or holds none, with one sentence
     */
    static GitCredentials of(GitOptions options) throws IOException {
        Path file = options.credentials();
        String environment = System.getenv(VARIABLE);
        if (!options.url().startsWith("http") || (file == null && environment == null)) {
            return new GitCredentials(null, "", "");
        }
        String text = file == null ? environment : text(file);
        int colon = text.indexOf(':');
        if (colon < 1 || colon == text.length() - 1 || text.contains("\n")) {
            throw new IOException(
                    (file == null ? VARIABLE : "the file " + file) + " must hold one line, which is USER:PASSWORD");
        }
        return new GitCredentials(
                URI.create(options.url()).getHost(), text.substring(0, colon), text.substring(colon + 1));
    }

    private static String text(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is too large");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException(
                    "the credentials in " + file + " cannot be read: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    @Nullable
    CredentialsProvider provider() {
        if (host == null) {
            return null;
        }
        return new UsernamePasswordCredentialsProvider(user, password) {
            @Override
            public boolean get(URIish uri, CredentialItem... items) {
                return host.equals(uri.getHost()) && super.get(uri, items);
            }
        };
    }

    /** The text without the password, should it be in it. */
    String hide(String text) {
        return password.isEmpty() ? text : text.replace(password, "***");
    }

    @Override
    public String toString() {
        return host == null ? "no credentials" : "credentials for " + host;
    }
}
