/** The rules of one write: create, update, patch, delete, and what follows from it. */
@NullMarked
package dev.cairn.embedded.objects;

import org.jspecify.annotations.NullMarked;
