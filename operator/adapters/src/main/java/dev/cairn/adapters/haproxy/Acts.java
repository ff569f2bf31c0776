package dev.cairn.adapters.haproxy;

import org.jspecify.annotations.Nullable;

/**
 * What this operator does to the table, so that what others do to it can be told apart: how many acts there were, and
 * as what the last one has left it.
 */
final class Acts {
    private int underWay;
    private long count;
    private @Nullable String left;

    /** Lasts until it is closed. */
    interface Act extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * How things stand.
     *
     * @param underWay whether an act is under way
     * @param count another number than before: there were acts meanwhile
     * @param left {@link Worker#table} after the last act; null when that is not known
     */
    record State(boolean underWay, long count, @Nullable String left) {}

    synchronized Act begin() {
        underWay++;
        count++;
        left = null;
        return this::end;
    }

    private synchronized void end() {
        underWay--;
    }

    /** To be called at the end of an act, while nobody else may change the table. */
    synchronized void left(String table) {
        left = table;
    }

    synchronized State state() {
        return new State(underWay > 0, count, left);
    }
}
