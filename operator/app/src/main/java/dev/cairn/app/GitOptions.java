package dev.cairn.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A Git repository that is followed.
 *
 * @param url https:// or file://, without credentials
 * @param branch whose newest commit counts
 * @param path folder inside the repository, relative; empty for all of it
 * @param intervalSeconds between two looks, 1 to 86400
 * @param credentials file with one line {@code USER:PASSWORD}, read anew for every look; null for none
 */
public record GitOptions(
        String url,
        String branch,
        String path,
        int intervalSeconds,
        @Nullable Path credentials) {
    /** What the user calls it: {@code https://example.com/shop.git main deploy}. */
    public String name() {
        return url + " " + branch + (path.isEmpty() ? "" : " " + path);
    }
}
