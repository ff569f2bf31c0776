/** What the tests of several packages share. */
@NullMarked
package dev.cairn.app;

import org.jspecify.annotations.NullMarked;
