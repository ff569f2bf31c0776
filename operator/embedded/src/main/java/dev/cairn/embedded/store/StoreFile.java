package dev.cairn.embedded.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * The file of the store. A second small file holds the last acknowledged revision, so that a store file that was removed,
 * truncated or fell back to an older state is noticed instead of served.
 */
final class StoreFile implements AutoCloseable {
    private static final int COMPACT_EVERY = 2_000;

    /** Each write makes the pages above it anew, so they are half as large as by default. */
    private static final int PAGE_BYTES = 8 * 1024;

    static final String FILE = "objects.db";
    static final String WITNESS = "objects.revision";
    private static final String REVISION = "revision";
    private static final String COUNT = "count";

    private final Path directory;
    private final Path file;
    private final MVStore store;
    private final MVMap<String, byte[]> objects;
    private final MVMap<String, Long> meta;
    private final FileChannel witness;
    private int commits;

    private StoreFile(Path directory, MVStore store, FileChannel witness) {
        this.directory = directory;
        this.file = directory.resolve(FILE);
        this.store = store;
        this.objects = store.openMap("objects");
        this.meta = store.openMap("meta");
        this.witness = witness;
    }

    static StoreFile open(Path directory) {
        Path file = directory.resolve(FILE);
        Path witnessFile = directory.resolve(WITNESS);
        try {
            boolean expected = Files.exists(witnessFile) && Files.size(witnessFile) > 0;
            if (expected && (!Files.exists(file) || Files.size(file) == 0)) {
                throw damaged(file, "it is missing or empty");
            }
            FileChannel witness = FileChannel.open(
                    witnessFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                return verified(new StoreFile(directory, openStore(file), witness), readWitness(witness));
            } catch (RuntimeException e) {
                witness.close();
                if (!expected) {
                    Files.deleteIfExists(witnessFile);
                }
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException("The store " + file + " cannot be opened: " + e.getMessage() + ".", e);
        }
    }

    private static MVStore openStore(Path file) {
        try {
            MVStore store = new MVStore.Builder()
                    .fileName(file.toString())
                    .pageSplitSize(PAGE_BYTES)
                    .autoCommitDisabled()
                    .open();
            store.setRetentionTime(0); // every commit is synced, so space that it freed can be used by the next
            return store;
        } catch (MVStoreException e) {
            if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
                throw new StoreException(
                        "The store " + file + " is in use by another process; stop that one first.", e);
            }
            throw damaged(file, "it cannot be read");
        }
    }

    private static StoreFile verified(StoreFile opened, long acknowledged) {
        if (opened.revision() < acknowledged) {
            opened.store.closeImmediately();
            throw damaged(
                    opened.file,
                    "its last revision is " + opened.revision() + " though " + acknowledged + " was acknowledged");
        }
        return opened;
    }

    private static StoreException damaged(Path file, String how) {
        return new StoreException("The store " + file + " is damaged (" + how
                + "); restore it from a backup, or remove the data directory to start empty.");
    }

    /** The last revision that was acknowledged in a data directory; 0 where there was none. */
    static long acknowledged(Path directory) throws IOException {
        Path file = directory.resolve(WITNESS);
        if (!Files.exists(file)) {
            return 0;
        }
        try (FileChannel witness = FileChannel.open(file, StandardOpenOption.READ)) {
            return readWitness(witness);
        }
    }

    private static long readWitness(FileChannel witness) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES);
        return witness.read(buffer, 0) == Long.BYTES ? buffer.getLong(0) : 0;
    }

    long revision() {
        return meta.getOrDefault(REVISION, 0L);
    }

    /** Reads every object, verifying each. */
    void load(Consumer<Stored> each) {
        try {
            long found = 0;
            var cursor = objects.cursor(null);
            while (cursor.hasNext()) {
                String key = cursor.next();
                each.accept(decode(key, cursor.getValue()));
                found++;
            }
            if (found != meta.getOrDefault(COUNT, 0L)) {
                throw damaged(file, "objects are missing");
            }
        } catch (IOException | RuntimeException e) {
            store.closeImmediately();
            throw e instanceof StoreException known ? known : damaged(file, "an object cannot be read");
        }
    }

    private Stored decode(String key, byte[] value) throws IOException {
        byte[] json = Arrays.copyOfRange(value, Long.BYTES, value.length);
        if (ByteBuffer.wrap(value).getLong() != checksum(key, json)) {
            throw damaged(file, "the checksum of " + key + " is wrong");
        }
        ObjectNode object = (ObjectNode) Json.parse(json);
        return new Stored(Key.parse(key), Long.parseLong(Json.meta(object, "resourceVersion")), object, json);
    }

    private static long checksum(String key, byte[] json) {
        CRC32 crc = new CRC32();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        crc.update(json);
        return crc.getValue();
    }

    /** Writes the changes as one step and returns when they would survive a loss of power. */
    void persist(List<Change> changes, long revision) {
        try {
            for (Change change : changes) {
                String key = change.after().key().text();
                if (change.type() == Change.Type.DELETED) {
                    objects.remove(key);
                } else {
                    byte[] json = change.after().json();
                    objects.put(
                            key,
                            ByteBuffer.allocate(Long.BYTES + json.length)
                                    .putLong(checksum(key, json))
                                    .put(json)
                                    .array());
                }
            }
            meta.put(REVISION, revision);
            meta.put(COUNT, (long) objects.size());
            store.commit();
            store.sync();
            acknowledge(revision);
            if (++commits % COMPACT_EVERY == 0) {
                store.compact(60, 16 * 1024 * 1024);
            }
        } catch (IOException | RuntimeException e) {
            throw unwritable(e);
        }
    }

    /**
     * Gives up the connection to the file and makes another one: after a write that failed, what is in the file is known
     * only when it is read again. It is durable when this returns.
     *
     * @throws StoreException when the file cannot be read or written now
     */
    StoreFile reopen() {
        store.closeImmediately();
        try {
            witness.close();
            StoreFile again = open(directory);
            try {
                again.store.sync();
                again.acknowledge(again.revision());
                return again;
            } catch (IOException | RuntimeException e) {
                again.store.closeImmediately();
                again.witness.close();
                throw unwritable(e);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private void acknowledge(long revision) throws IOException {
        witness.write(ByteBuffer.allocate(Long.BYTES).putLong(0, revision), 0);
    }

    private StoreException unwritable(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
                return new StoreException(
                        "Nothing can be written, since the disk with the store " + file
                                + " is full; make space there, and writes go on by themselves as reads do now.",
                        e);
            }
        }
        return new StoreException("The store " + file + " cannot be written: " + e.getMessage() + ".", e);
    }

    @Override
    public void close() {
        try {
            store.close(200);
            witness.close();
        } catch (IOException | RuntimeException e) {
            store.closeImmediately(); // everything acknowledged has been synced already
        }
    }
}
