/**
 * Scenarios on real engines, seen from outside: kubectl, HTTP, the engines themselves. Each test is named after the
 * feature that it shows.
 */
@NullMarked
package dev.cairn.e2e;

import org.jspecify.annotations.NullMarked;
