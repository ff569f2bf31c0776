package dev.cairn.app.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.jspecify.annotations.Nullable;

/** Breaks a fetch off that takes too long or brings too much. */
final class FetchBounds extends EmptyProgressMonitor {
    private static final int MAX_OBJECTS = 200_000;

    private static final long MAX_BYTES = 512L * 1024 * 1024;

    private static final Duration BETWEEN_MEASURES = Duration.ofSeconds(1);

    private final long end;
    private final Path directory;
    private final BooleanSupplier stop;
    private final Duration longest;
    private long nextMeasure = System.nanoTime();
    private volatile @Nullable String exceeded;

    /**
     * @param directory into which is fetched
     * @param stop true to give up at once
     */
    FetchBounds(Duration longest, Path directory, BooleanSupplier stop) {
        this.end = System.nanoTime() + longest.toNanos();
        this.longest = longest;
        this.directory = directory;
        this.stop = stop;
    }

    @Override
    public void beginTask(String title, int total) {
        if (total > MAX_OBJECTS) {
            exceeded = "its newest commit has " + total + " objects, and " + MAX_OBJECTS + " are the most";
        }
    }

    @Override
    public boolean isCancelled() {
        long now = System.nanoTime();
        if (exceeded == null && now - end > 0) {
            exceeded = "it was not fetched within " + longest.toSeconds() + " s";
        }
        if (exceeded == null && now - nextMeasure > 0) {
            nextMeasure = now + BETWEEN_MEASURES.toNanos();
            measure();
        }
        return exceeded != null || stop.getAsBoolean();
    }

    private void measure() {
        try (Stream<Path> all = Files.walk(directory)) {
            long bytes = all.mapToLong(FetchBounds::size).sum();
            if (bytes > MAX_BYTES) {
                exceeded = "it is too large: more than " + MAX_BYTES + " bytes for one commit";
            }
        } catch (IOException | UncheckedIOException e) {
            // Files come and go while it is fetched; the next measure counts.
        }
    }

    private static long size(Path path) {
        try {
            return Files.isRegularFile(path) ? Files.size(path) : 0;
        } catch (IOException e) {
            return 0; // gone meanwhile
        }
    }

    /** Which bound was exceeded, if any. */
    Optional<String> exceeded() {
        return Optional.ofNullable(exceeded);
    }
}
