package dev.cairn.fuzz;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What this process has logged as severe: a mistake that no answer tells of. */
public final class Severe extends Handler {
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();

    private Severe() {}

    /** Listens from now on. */
    public static Severe listening() {
        Severe severe = new Severe();
        Logger.getLogger("").addHandler(severe);
        return severe;
    }

    /** All that has been heard so far. */
    public Queue<String> heard() {
        return heard;
    }

    @Override
    public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
            heard.add(entry.getMessage() + " " + entry.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
