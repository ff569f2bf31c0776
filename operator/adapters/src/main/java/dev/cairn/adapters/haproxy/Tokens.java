package dev.cairn.adapters.haproxy;

import dev.cairn.adapters.haproxy.Worker.Identity;
import dev.cairn.adapters.haproxy.Worker.Prepared;
import dev.cairn.adapters.haproxy.Worker.Versions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that this adapter has given out. Behind a token are a version of the map that was prepared for it, the
 * version that was in force then, and the process in which both count; a new process makes all older tokens void.
 *
 * <p>HAProxy refuses a version when a younger one was committed, which is not enough: a younger version may have been
 * prepared, and the table read for it, before an older one was committed. So a switch also asks that the version in
 * force is still the one that the token saw, or that every switch since was made by this very adapter: it then knows
 * that none of them came late, and only has to look whether they touched the same rows.
 *
 * <p>Versions that this very adapter prepared are not somebody else's preparation. That is right as long as one
 * operator never works on the same service twice at the same time, and takes the rows of other services from its look.
 */
final class Tokens {
    private static final int KEPT = 1_000;

    private final Map<Long, Versions> given = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Versions> eldest) {
            return size() > KEPT;
        }
    };
    private @Nullable Identity process;
    private long lastToken;
    private long lastOwn;
    private long lastForeign;

    /** All switches between these two versions in force were made here. */
    private long ownSince;

    private long ownUntil;

    /**
     * A new token.
     *
     * @param token never 0
     * @param current the version in force when it was taken
     * @param settled whether all versions younger than that were prepared by this adapter
     */
    record Issued(long token, long current, boolean settled) {}

    /**
     * Prepares a version and gives a token for it. What is read after it is what a switch with it replaces.
     *
     * @throws IOException when the worker does not answer
     */
    synchronized Issued issue(Worker worker) throws IOException {
        if (!worker.identity().equals(process)) {
            process = worker.identity();
            given.clear();
            lastOwn = 0;
            lastForeign = 0;
            ownSince = 0;
            ownUntil = 0;
        }
        Prepared prepared = prepare(worker);
        long version = prepared.version();
        Versions versions = prepared.versions();
        given.put(++lastToken, new Versions(versions.current(), version));
        boolean settled = lastForeign <= versions.current() && versions.next() == version;
        return new Issued(lastToken, versions.current(), settled);
    }

    private Prepared prepare(Worker worker) throws IOException {
        Prepared prepared = worker.prepare();
        long version = prepared.version();
        if (version != lastOwn + 1) {
            lastForeign = version - 1;
        }
        lastOwn = version;
        return prepared;
    }

    /**
     * The version to switch with: the one that was prepared for the token, or, where only switches of this adapter came
     * since, a new one.
     *
     * @param current the version in force, which nobody may change meanwhile
     * @return empty when the token belongs to another process, is too old, or somebody else has switched since
     */
    synchronized OptionalLong version(long token, Worker worker, long current) throws IOException {
        Versions seen = worker.identity().equals(process) ? given.get(token) : null;
        if (seen == null) {
            return OptionalLong.empty();
        }
        if (seen.current() == current) {
            return OptionalLong.of(seen.next());
        }
        boolean own = current == ownUntil && seen.current() >= ownSince;
        return own ? OptionalLong.of(prepare(worker).version()) : OptionalLong.empty();
    }

    /** To be called after each switch of this adapter, while nobody else may switch. */
    synchronized void committed(long before, long after) {
        if (before != ownUntil) {
            ownSince = before;
        }
        ownUntil = after;
    }
}
