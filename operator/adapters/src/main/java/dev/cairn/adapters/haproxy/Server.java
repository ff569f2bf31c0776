package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Backend;

/**
 * One server in one pool of the running proxy.
 *
 * @param pool where it is
 * @param backend what its name says
 * @param ip the address that it connects to: the back end's, or what its host name resolved to
 * @param enabled whether it takes requests when its pool is chosen; false: in maintenance or draining
 * @param up whether it is enabled and its last health check passed
 * @param sessions open and queued sessions in this process
 * @param resting whether it is not checked, and hence not asked, until somebody wakes it
 */
record Server(Pool pool, Backend backend, String ip, boolean enabled, boolean up, int sessions, boolean resting) {
    Server(Pool pool, Backend backend, String ip, boolean enabled, boolean up, int sessions) {
        this(pool, backend, ip, enabled, up, sessions, false);
    }

    /** {@code h17.a/default_webapp_1_2_10.0.0.11_20007}, as commands want it. */
    String path() {
        return path(pool, backend);
    }

    static String path(Pool pool, Backend backend) {
        return pool + "/" + ServerName.of(backend);
    }
}
