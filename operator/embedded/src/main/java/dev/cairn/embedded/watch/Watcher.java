package dev.cairn.embedded.watch;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One watch and its bounded queue. A watcher that lets the queue fill up is cut off and must begin anew. What it is told
 * of at the beginning does not count: that may be as much as there is, and it is all in the store anyway.
 */
public final class Watcher {
    private static final int MAX_QUEUE = 2_000;
    private static final long MAX_BYTES = 32L * 1024 * 1024;

    private final Interest interest;
    private final Runnable wake;
    private final Deque<WatchEvent> beginning = new ArrayDeque<>();
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

    /** Queues an event of the beginning, before any other one. */
    synchronized void begin(WatchEvent event) {
        beginning.add(event);
    }

    /** Queues the event of a change. */
    synchronized void offer(WatchEvent event) {
        if (queue.size() >= MAX_QUEUE || bytes >= MAX_BYTES) {
            cut = true;
            beginning.clear();
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
        WatchEvent first = beginning.poll();
        if (first != null) {
            return first;
        }
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
        return beginning.isEmpty() && queue.isEmpty() && !cut ? revision : 0;
    }
}
