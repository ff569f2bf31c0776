/**
 * Containers on Docker engines: {@link dev.cairn.adapters.docker.DockerEngine} is the port, the rest are its parts.
 *
 * <p>Pure parts: {@code Labels}, {@code ImageRef}, {@code Trouble}, {@code Seen}. Everything else does I/O.
 */
@NullMarked
package dev.cairn.adapters.docker;

import org.jspecify.annotations.NullMarked;
