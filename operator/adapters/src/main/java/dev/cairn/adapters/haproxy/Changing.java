package dev.cairn.adapters.haproxy;

import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/** Changes of one HAProxy, one after the other, whoever makes them. */
final class Changing {
    private final StateDir state;

    /** Whoever waits for a change of this very instance gets its turn at once. */
    private final ReentrantLock turn = new ReentrantLock(true);

    /** What is done in a turn. */
    interface Change {
        void by(Worker worker) throws IOException, PortException;
    }

    Changing(StateDir state) {
        this.state = state;
    }

    /** Waits until nobody else changes HAProxy, and keeps others from it until it is closed. */
    StateLock turn() throws IOException {
        state.create();
        return StateLock.take(state.dir(), turn);
    }

    /** To be closed, within a turn. */
    Worker worker() throws IOException {
        return Worker.open(state.worker());
    }

    /** Makes a change in its turn. */
    void inTurn(Change change) throws PortException {
        try (StateLock lock = turn();
                Worker worker = worker()) {
            change.by(worker);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    static PortException unreachable(IOException e) {
        return new PortException.Transient("ProxyUnreachable", Brief.of(e));
    }
}
