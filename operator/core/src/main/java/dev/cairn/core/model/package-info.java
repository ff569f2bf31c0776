/** What is declared, what is recorded and what is observed, as immutable records. */
@NullMarked
package dev.cairn.core.model;

import org.jspecify.annotations.NullMarked;
