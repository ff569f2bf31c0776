/** What the core needs from outside: container engines, proxies and the record. Every verb is idempotent or compare-and-set. */
@NullMarked
package dev.cairn.core.port;

import org.jspecify.annotations.NullMarked;
