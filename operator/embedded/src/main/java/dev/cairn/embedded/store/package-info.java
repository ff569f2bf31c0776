/** The objects: in memory for reading, in a crash-safe file before a write is acknowledged. */
@NullMarked
package dev.cairn.embedded.store;

import org.jspecify.annotations.NullMarked;
