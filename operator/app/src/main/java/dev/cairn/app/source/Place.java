package dev.cairn.app.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where files come from: a folder, or a branch of a repository. */
interface Place {
    /** What the user calls it. */
    String name();

    /** Name of the ConfigMap that holds what was applied from it. */
    String memory();

    /** All YAML files as they are now. What goes wrong is in the result. */
    Content read(Instant now);

    /** One file, with its name for the user. */
    record Text(String file, String text) {}

    /**
     * @param texts sorted by their names
     * @param problems files that could not be read; with any, this is not the whole truth
     * @param commit that all the files are of; null where there is none
     */
    record Content(
            List<Text> texts,
            List<Scan.Problem> problems,
            @Nullable Commit commit) {
        public Content {
            texts = List.copyOf(texts);
            problems = List.copyOf(problems);
        }
    }

    /** A short name for a long one, always the same. */
    static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
