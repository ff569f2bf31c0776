package dev.cairn.adapters.haproxy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps changes of one HAProxy apart, over all threads and processes: a switch that came between the reading of the
 * table and its handing over to a new worker would be lost. The kernel lets go of it when its holder dies.
 */
final class StateLock implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final FileChannel channel;
    private final ReentrantLock turn;

    private StateLock(FileChannel channel, ReentrantLock turn) {
        this.channel = channel;
        this.turn = turn;
    }

    /**
     * Waits for the lock of a state directory.
     *
     * @param turn keeps apart those who would only keep asking while one of them has it
     */
    static StateLock take(Path stateDir, ReentrantLock turn) throws IOException {
        try {
            if (!turn.tryLock(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for HAProxy");
        }
        try {
            return take(
                    FileChannel.open(stateDir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    turn);
        } catch (IOException | RuntimeException e) {
            turn.unlock();
            throw e;
        }
    }

    private static StateLock take(FileChannel channel, ReentrantLock turn) throws IOException {
        try {
            if (!Wait.until(TIMEOUT, () -> tryLock(channel) != null)) {
                throw busy();
            }
            return new StateLock(channel, turn);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static IOException busy() {
        return new IOException("another Cairn process has been changing HAProxy for " + TIMEOUT.toSeconds() + " s");
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
        try {
            channel.close();
        } finally {
            turn.unlock();
        }
    }
}
