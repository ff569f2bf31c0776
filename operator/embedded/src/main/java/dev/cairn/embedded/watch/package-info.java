/** What has changed since a resource version, and who wants to know. */
@NullMarked
package dev.cairn.embedded.watch;

import org.jspecify.annotations.NullMarked;
