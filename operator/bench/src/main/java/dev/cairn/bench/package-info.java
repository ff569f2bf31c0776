/** Measurements: each of Cairn and of a peer, in turn, in the same run; medians and their ratio. */
@NullMarked
package dev.cairn.bench;

import org.jspecify.annotations.NullMarked;
