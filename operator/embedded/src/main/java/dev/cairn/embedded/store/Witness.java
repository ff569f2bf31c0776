package dev.cairn.embedded.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The second file of a store: the last acknowledged revision, so that a store file that was removed, truncated or fell back
 * to an older state is noticed instead of served.
 */
final class Witness implements AutoCloseable {
    static final String FILE = "objects.revision";

    private final FileChannel channel;

    private Witness(FileChannel channel) {
        this.channel = channel;
    }

    /** Whether anything was ever acknowledged in a data directory, so that a store must be there. */
    static boolean expectsStore(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        return Files.exists(file) && Files.size(file) > 0;
    }

    /** Opens or creates it. */
    static Witness open(Path directory) throws IOException {
        return new Witness(FileChannel.open(
                directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** What it says in a data directory whose store is closed; 0 where there is none. */
    static long acknowledged(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return 0;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new Witness(channel).acknowledged();
        }
    }

    /** The last acknowledged revision; 0 when there was none. */
    long acknowledged() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES);
        return channel.read(buffer, 0) == Long.BYTES ? buffer.getLong(0) : 0;
    }

    /** Not synced: it may fall back with a loss of power, and then notices less, but nothing that is wrong. */
    void acknowledge(long revision) throws IOException {
        channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, revision), 0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
