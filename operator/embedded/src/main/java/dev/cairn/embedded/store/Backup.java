package dev.cairn.embedded.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * All objects in one file: compressed lines of JSON, first what it is, then one object each. The compression carries a
 * checksum, so that a file that was cut or damaged is noticed before anything is replaced.
 */
public final class Backup {
    private static final String FORMAT = "cairn-backup-1";

    /** Largest line that is read, in characters: the API stores no object that is larger. */
    private static final int MAX_LINE = 8 * 1024 * 1024;

    /**
     * Nobody has seen revisions so far above the backup's: a watcher that goes on where it was before the restore is
     * told that its revision is gone, and reads anew.
     */
    private static final long REVISIONS_AHEAD = 1_000_000;

    private Backup() {}

    /** A copy of what is stored at this moment; writes go on meanwhile. */
    public static byte[] of(Store store) {
        Listing all = store.all();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            line(
                    gzip,
                    Json.object()
                            .put("format", FORMAT)
                            .put("revision", all.revision())
                            .put("count", all.items().size()));
            for (Stored stored : all.items()) {
                ObjectNode line = Json.object().put("key", stored.key().text());
                line.set("object", stored.object());
                line(gzip, line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void line(GZIPOutputStream out, ObjectNode node) throws IOException {
        out.write(Json.bytes(node));
        out.write('\n');
    }

    /** Whether a data directory holds a store. */
    public static boolean isUsed(Path directory) {
        return Files.exists(directory.resolve(StoreFile.FILE));
    }

    /**
     * Makes the store of a data directory anew. What was there is kept beside it with {@code .old} at its name. Nobody
     * may have the store open.
     *
     * @return how many objects it holds
     * @throws IOException when the backup cannot be used, with one sentence; nothing has changed then
     * @throws StoreException when the store that is there is in use
     */
    public static int restore(Path directory, InputStream backup) throws IOException {
        Path fresh = directory.resolve("restore.new");
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createDirectories(fresh);
        StoreFile.prepareNativePart(directory);
        Files.deleteIfExists(fresh.resolve(StoreFile.LOG));
        Files.deleteIfExists(fresh.resolve(StoreFile.FILE));
        Files.deleteIfExists(fresh.resolve(Witness.FILE));
        if (isUsed(directory)) {
            inUse(directory);
        }
        List<Change> changes = new ArrayList<>();
        long revision = Math.max(read(backup, changes), Witness.acknowledged(directory)) + REVISIONS_AHEAD;
        try (StoreFile file = StoreFile.open(fresh)) {
            file.persist(changes, revision);
        }
        // Without the witness a store is taken as it is, so that a crash between these steps does no harm.
        move(directory.resolve(Witness.FILE), directory.resolve(Witness.FILE + ".old"));
        move(directory.resolve(StoreFile.LOG), directory.resolve(StoreFile.FILE + ".old-wal"));
        move(directory.resolve(StoreFile.FILE), directory.resolve(StoreFile.FILE + ".old"));
        move(fresh.resolve(StoreFile.FILE), directory.resolve(StoreFile.FILE));
        move(fresh.resolve(Witness.FILE), directory.resolve(Witness.FILE));
        Files.deleteIfExists(fresh);
        return changes.size();
    }

    /** Throws when another process has the store open; one that is damaged is no reason not to restore. */
    private static void inUse(Path directory) {
        try {
            StoreFile.open(directory).close();
        } catch (StoreException e) {
            if (String.valueOf(e.getMessage()).contains("in use")) {
                throw e;
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static long read(InputStream backup, List<Change> changes) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(new GZIPInputStream(backup), StandardCharsets.UTF_8))) {
            JsonNode head = Json.parse(bytes(lines.readLine()));
            if (!head.path("format").asText().equals(FORMAT)) {
                throw new IOException("it is none of this version of Cairn");
            }
            for (String line; (line = lines.readLine()) != null; ) {
                JsonNode node = Json.parse(bytes(line));
                ObjectNode object = (ObjectNode) node.path("object");
                Key key = Key.parse(node.path("key").asText());
                long revision = Long.parseLong(Json.meta(object, "resourceVersion"));
                changes.add(new Change(Change.Type.ADDED, null, new Stored(key, revision, object, Json.bytes(object))));
            }
            if (changes.size() != head.path("count").asInt()) {
                throw new IOException("it is not whole");
            }
            return head.path("revision").asLong();
        } catch (IOException | RuntimeException e) {
            throw new IOException("the backup cannot be used: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(@Nullable String line) throws IOException {
        if (line == null || line.length() > MAX_LINE) {
            throw new IOException("it is empty, or has an object that is too large");
        }
        return line.getBytes(StandardCharsets.UTF_8);
    }
}
