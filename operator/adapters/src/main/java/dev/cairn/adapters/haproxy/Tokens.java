package dev.cairn.adapters.haproxy;

import dev.cairn.adapters.haproxy.Worker.Identity;
import dev.cairn.adapters.haproxy.Worker.Versions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that this adapter has given out. A token is a version of the map together with the process that it belongs
 * to; a new process makes all older tokens void. Bounded: only the newest numbers are kept.
 *
 * <p>Versions that this very adapter prepared are not somebody else's preparation. That is right as long as one
 * operator never works on the same service twice at the same time, and takes the rows of other services from its look.
 */
final class Tokens {
    private @Nullable Identity process;
    private long epoch;
    private long lastOwn;
    private long lastForeign;

    /**
     * Takes a version from the worker, and a token for it.
     *
     * @throws IOException when the worker does not answer
     */
    synchronized long issue(Worker worker) throws IOException {
        long version = worker.prepare();
        if (!worker.identity().equals(process)) {
            process = worker.identity();
            epoch++;
            lastOwn = 0;
            lastForeign = 0;
        }
        if (version != lastOwn + 1) {
            lastForeign = version - 1;
        }
        lastOwn = version;
        return epoch << 32 | version;
    }

    /** Whether every version younger than the one in force was prepared by this adapter. */
    synchronized boolean settled(Worker worker, Versions versions) {
        return worker.identity().equals(process) && lastForeign <= versions.current() && versions.next() <= lastOwn;
    }

    /** Whether the token belongs to this process. */
    synchronized boolean valid(long token, Worker worker) {
        return token >>> 32 == epoch && worker.identity().equals(process);
    }

    static long version(long token) {
        return token & 0xffffffffL;
    }
}
