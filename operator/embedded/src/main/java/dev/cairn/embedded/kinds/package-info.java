/** The kinds that are served, built in and from CustomResourceDefinitions, and how they are described to clients. */
@NullMarked
package dev.cairn.embedded.kinds;

import org.jspecify.annotations.NullMarked;
