/** Patches, server-side apply and field ownership. */
@NullMarked
package dev.cairn.embedded.apply;

import org.jspecify.annotations.NullMarked;
