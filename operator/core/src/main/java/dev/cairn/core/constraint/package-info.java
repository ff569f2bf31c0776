/** One check per file; {@link dev.cairn.core.constraint.Constraints} is the commented list of all of them. */
@NullMarked
package dev.cairn.core.constraint;

import org.jspecify.annotations.NullMarked;
