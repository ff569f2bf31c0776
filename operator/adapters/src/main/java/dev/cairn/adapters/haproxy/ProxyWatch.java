package dev.cairn.adapters.haproxy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy tells nobody of what happens to it, so this asks it every second, in one short line, which version of the
 * table is in force and how many lines it has. When that is not as it was and this operator has done nothing, or nobody
 * answers any more, somebody had better look. What leaves version and number alone is found by the next look only.
 */
public final class ProxyWatch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Pattern TABLE =
            Pattern.compile("\\(" + Pattern.quote(Worker.MAP) + "\\).* (curr_ver=[0-9]+) next_ver=[0-9]+( entry_cnt=[0-9]+)?");
    private static final String NOBODY = "nobody answers";

    private final Haproxy proxy;
    private final Runnable changed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "haproxy-watch");
    private @Nullable String last;
    private long lastActs;
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
        long before = proxy.acts().count();
        String now = table();
        boolean own = before != lastActs || proxy.acts().count() != before;
        boolean news = last != null && !now.equals(last) && !own;
        last = now;
        lastActs = before;
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
            Matcher matcher = TABLE.matcher(Cli.once(proxy.worker(), "show map"));
            return matcher.find() ? matcher.group(1) + matcher.group(2) : NOBODY;
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
