package dev.cairn.adapters.docker;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A bounded number of blocking calls under way at once, each with a deadline for whoever waits. A call that misses its
 * deadline is interrupted, which closes a unix socket; on TCP the client's own socket timeout ends it. Threads end
 * when they have been idle for a while.
 */
final class Calls implements AutoCloseable {
    private static final int LONGEST_QUEUE = 10_000;
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor pool;

    Calls(String name, int parallel) {
        pool = new ThreadPoolExecutor(
                parallel,
                parallel,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(LONGEST_QUEUE),
                work -> daemon(work, name));
        pool.allowCoreThreadTimeOut(true);
    }

    static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts a call, or queues it.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the queue is full or this is closed
     */
    <T> Future<T> start(Callable<T> call) {
        return pool.submit(call);
    }

    /** Waits for a call until the deadline, and gives it up then. */
    static <T> T await(Future<T> call, Deadline deadline)
            throws TimeoutException, ExecutionException, InterruptedException {
        try {
            return call.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } finally {
            call.cancel(true);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
