package dev.cairn.adapters.haproxy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy tells nobody of what happens to it, so this asks it every second, in one short line, which version of the
 * table is in force and how many lines it has. When that is not as it was, nor as this operator has left it, or nobody
 * answers any more, somebody had better look. What leaves version and number alone is found by the next look only.
 */
public final class ProxyWatch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final String NOBODY = "nobody answers";

    private final Haproxy proxy;
    private final Runnable changed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "haproxy-watch");
    private @Nullable String last;
    private long acts;
    private volatile long looks;

    /**
     * Watches nothing yet.
     *
     * @param changed called from the watching thread; it must return soon
     */
    public ProxyWatch(Haproxy proxy, Runnable changed) {
        this.proxy = proxy;
        this.changed = changed;
        thread.setDaemon(true);
    }

    /** Begins to watch. */
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void look() {
        Acts.State before = proxy.acts().state();
        String now = table();
        Acts.State after = proxy.acts().state();
        if (before.underWay() || before.count() != after.count()) {
            return; // what it was just now is nobody's fault
        }
        String expected = after.count() == acts ? last : after.left();
        boolean news = expected != null && !now.equals(expected);
        last = now;
        acts = after.count();
        looks++;
        if (news) {
            changed.run();
        }
    }

    /** For tests: how often it has asked. */
    long looks() {
        return looks;
    }

    private String table() {
        try {
            return Worker.table(Cli.once(proxy.worker(), "show map"));
        } catch (IOException e) {
            return NOBODY;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
