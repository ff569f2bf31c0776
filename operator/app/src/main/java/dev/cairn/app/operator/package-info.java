/** The operator: reconcilers that drive the core's pass, and what they write back. */
@NullMarked
package dev.cairn.app.operator;

import org.jspecify.annotations.NullMarked;
