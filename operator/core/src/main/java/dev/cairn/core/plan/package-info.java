/** From what is declared and observed to the actions that the change protocol enables now. */
@NullMarked
package dev.cairn.core.plan;

import org.jspecify.annotations.NullMarked;
