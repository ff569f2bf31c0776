/**
 * The {@link dev.cairn.core.port.Proxy} port on HAProxy 2.6: one map of routes, two pools of servers per route, driven
 * over HAProxy's command sockets.
 */
@NullMarked
package dev.cairn.adapters.haproxy;

import org.jspecify.annotations.NullMarked;
