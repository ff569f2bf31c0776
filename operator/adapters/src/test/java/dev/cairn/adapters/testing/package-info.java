/** What tests of the adapters and tests of the whole share: containers that are no containers, and a strict load. */
@NullMarked
package dev.cairn.adapters.testing;

import org.jspecify.annotations.NullMarked;
