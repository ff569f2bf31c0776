/** The last word on a write, given by whoever embeds the API. */
@NullMarked
package dev.cairn.embedded.admission;

import org.jspecify.annotations.NullMarked;
