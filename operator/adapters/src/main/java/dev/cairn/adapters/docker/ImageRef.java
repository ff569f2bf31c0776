package dev.cairn.adapters.docker;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An image reference after the grammar of the OCI distribution project.
 *
 * @param text the reference as written
 * @param repository the repository as written; empty for a bare {@code sha256:} id
 * @param tag null when the reference names none
 * @param digest {@code sha256:...}; null when the reference names none
 */
record ImageRef(
        String text,
        String repository,
        @Nullable String tag,
        @Nullable String digest) {
    private static final String PART = "[a-z0-9]++(?:(?:\\.|__?|-+)[a-z0-9]++)*+";
    private static final String DOMAIN_PART = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final String DOMAIN = "(?:" + DOMAIN_PART + "(?:\\." + DOMAIN_PART + ")*(?::\\d{1,5})?/)?";
    private static final Pattern REFERENCE = Pattern.compile("(" + DOMAIN + PART + "(?:/" + PART + ")*+)"
            + "(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?");
    private static final Pattern ID = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int LONGEST = 600;

    /** The registry of names without one. */
    static final String HUB = "docker.io";

    /** The reference, when the text is one that names a tag, a digest or an id. */
    static Optional<ImageRef> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        if (ID.matcher(text).matches()) {
            return Optional.of(new ImageRef(text, "", null, text));
        }
        Matcher m = REFERENCE.matcher(text);
        if (!m.matches()
                || (m.group(2) == null && m.group(3) == null)
                || m.group(1).equals("sha256")) {
            return Optional.empty();
        }
        return Optional.of(new ImageRef(text, m.group(1), m.group(2), m.group(3)));
    }

    /** Whether this is the id of an image that no registry knows by that name. */
    boolean isId() {
        return repository.isEmpty();
    }

    /**
     * What names this very image for good: the reference itself when it has a digest, else this repository with the
     * digest under which the engine knows it from there, else the id.
     */
    String pinned(@Nullable List<String> repoDigests, String id) {
        if (digest != null) {
            return text;
        }
        for (String known : repoDigests == null ? List.<String>of() : repoDigests) {
            Optional<ImageRef> ref = parse(known);
            if (ref.isPresent()
                    && ref.get().digest != null
                    && normal(ref.get().repository).equals(normal(repository))) {
                return repository + "@" + ref.get().digest;
            }
        }
        return id;
    }

    /** The host and port of the registry that it comes from. */
    String registry() {
        String full = normal(repository);
        return full.substring(0, full.indexOf('/'));
    }

    /** Docker Hub's short names written out, so that two spellings of one repository compare equal. */
    private static String normal(String repository) {
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        boolean domain = first.contains(".") || first.contains(":") || first.equals("localhost");
        String full = domain ? repository : "docker.io/" + repository;
        return full.startsWith("docker.io/") && full.indexOf('/', "docker.io/".length()) < 0
                ? "docker.io/library/" + full.substring("docker.io/".length())
                : full;
    }
}
