package dev.cairn.adapters.haproxy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps changes of one HAProxy apart, over all threads and processes: a switch that came between the reading of the
 * table and its handing over to a new worker would be lost. The kernel lets go of it when its holder dies.
 */
final class StateLock implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final FileChannel channel;

    private StateLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for the lock of a state directory. */
    static StateLock take(Path stateDir) throws IOException {
        FileChannel channel =
                FileChannel.open(stateDir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!Wait.until(TIMEOUT, () -> tryLock(channel) != null)) {
                throw new IOException(
                        "another Cairn process has been changing HAProxy for " + TIMEOUT.toSeconds() + " s");
            }
            return new StateLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
