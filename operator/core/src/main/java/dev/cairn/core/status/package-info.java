/** Conditions and status texts. */
@NullMarked
package dev.cairn.core.status;

import org.jspecify.annotations.NullMarked;
