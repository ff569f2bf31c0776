/** Structural schemas: defaults, pruning, validation, CEL rules. */
@NullMarked
package dev.cairn.embedded.schema;

import org.jspecify.annotations.NullMarked;
