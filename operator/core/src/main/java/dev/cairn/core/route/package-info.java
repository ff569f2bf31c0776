/** The route table: from stacks and endpoints to rows. */
@NullMarked
package dev.cairn.core.route;

import org.jspecify.annotations.NullMarked;
