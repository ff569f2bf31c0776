/** What the adapters share. */
@NullMarked
package dev.cairn.adapters;

import org.jspecify.annotations.NullMarked;
