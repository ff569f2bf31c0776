package dev.cairn.adapters.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * One thread that waits for connections and clocks at once. Everything that it is given runs on it and must return at
 * once. Waking a thread is most of what a probe costs, so what may come early comes with what is due anyway.
 */
final class ProbeLoop implements AutoCloseable {
    /** What waits for its connection to be ready for something. */
    interface Waiting {
        void ready();
    }

    /** A piece of work at its time. */
    record Alarm(long due, long number, long slack, Runnable work) {}

    private static final System.Logger LOG = System.getLogger(ProbeLoop.class.getName());

    private static final Comparator<Alarm> BY_TIME =
            Comparator.comparingLong(Alarm::due).thenComparingLong(Alarm::number);

    private final Selector selector;
    private final Thread thread;

    /** From other threads. */
    private final Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();

    private final long origin = System.nanoTime();
    private final TreeSet<Alarm> alarms = new TreeSet<>(BY_TIME);
    private long longestSlack;
    private long numbers;
    private volatile boolean closed;

    ProbeLoop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Calls.daemon(this::run, name);
        thread.start();
    }

    /** From any thread: does this soon, on the loop's thread; nothing once it is closed. */
    void execute(Runnable work) {
        handedOver.add(work);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /**
     * On the loop's thread: does this later.
     *
     * @param slackMillis how much earlier it may come
     */
    Alarm after(long millis, long slackMillis, Runnable work) {
        Alarm alarm = new Alarm(
                now() + TimeUnit.MILLISECONDS.toNanos(millis),
                numbers++,
                TimeUnit.MILLISECONDS.toNanos(slackMillis),
                work);
        longestSlack = Math.max(longestSlack, alarm.slack);
        alarms.add(alarm);
        return alarm;
    }

    /** On the loop's thread: never mind. */
    void cancel(Alarm alarm) {
        alarms.remove(alarm);
    }

    /** On the loop's thread: where connections are registered, each with what waits for it. */
    Selector selector() {
        return selector;
    }

    private long now() {
        return System.nanoTime() - origin;
    }

    private void run() {
        try {
            while (!closed) {
                select();
                runHandedOver();
                runDue();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closeAll();
        }
    }

    private void select() throws IOException {
        long left = alarms.isEmpty() ? Long.MAX_VALUE : alarms.first().due - now();
        if (left <= 0) {
            selector.selectNow(ProbeLoop::ready);
        } else {
            // rounded up: a wait that ends a moment early would be a second wait
            long millis = alarms.isEmpty() ? 0 : TimeUnit.NANOSECONDS.toMillis(left) + 1;
            selector.select(ProbeLoop::ready, millis);
        }
    }

    private static void ready(SelectionKey key) {
        guarded(((Waiting) key.attachment())::ready);
    }

    /** One container's trouble must not end the probes of all others. */
    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A probe broke off.", e);
        }
    }

    private void runHandedOver() {
        for (Runnable work = handedOver.poll(); work != null; work = handedOver.poll()) {
            guarded(work);
        }
    }

    private void runDue() {
        long now = now();
        List<Alarm> due = new ArrayList<>();
        for (Alarm alarm : alarms) {
            if (alarm.due > now + longestSlack) {
                break;
            }
            if (alarm.due - alarm.slack <= now) {
                due.add(alarm);
            }
        }
        due.forEach(alarms::remove);
        due.forEach(alarm -> guarded(alarm.work));
    }

    private void closeAll() {
        try {
            for (SelectionKey key : List.copyOf(selector.keys())) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            // the process drops what is left
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
