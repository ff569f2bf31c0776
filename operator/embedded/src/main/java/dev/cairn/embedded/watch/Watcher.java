package dev.cairn.embedded.watch;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One watch and its bounded queue. A watcher that lets the queue fill up is cut off and must begin anew. */
public final class Watcher {
    private static final int MAX_QUEUE = 2_000;
    private static final long MAX_BYTES = 32L * 1024 * 1024;

    private final Interest interest;
    private final Runnable wake;
    private final Deque<WatchEvent> queue = new ArrayDeque<>();
    private long revision;
    private long bytes;
    private boolean cut;

    Watcher(Interest interest, long revision, Runnable wake) {
        this.interest = interest;
        this.revision = revision;
        this.wake = wake;
    }

    Interest interest() {
        return interest;
    }

    /** Queues an event; the first events of a watch may be as many as there are objects. */
    synchronized void offer(WatchEvent event, boolean bounded) {
        if (bounded && (queue.size() >= MAX_QUEUE || bytes >= MAX_BYTES)) {
            cut = true;
            queue.clear();
        }
        if (!cut) {
            queue.add(event);
            bytes += event.stored().json().length;
        }
    }

    synchronized void seen(long upTo) {
        revision = Math.max(revision, upTo);
    }

    void wake() {
        wake.run();
    }

    /** The next event, or null when there is none now. */
    public synchronized @Nullable WatchEvent poll() {
        WatchEvent event = queue.poll();
        if (event != null) {
            bytes -= event.stored().json().length;
        }
        return event;
    }

    /** Whether it was too slow and got nothing since. */
    public synchronized boolean isCut() {
        return cut;
    }

    /** The revision up to which everything has been polled; 0 when something is still queued. */
    public synchronized long drainedRevision() {
        return queue.isEmpty() && !cut ? revision : 0;
    }
}
