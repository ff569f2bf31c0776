/** One process: the embedded API, the operator, and the folders it follows. */
@NullMarked
package dev.cairn.app.up;

import org.jspecify.annotations.NullMarked;
