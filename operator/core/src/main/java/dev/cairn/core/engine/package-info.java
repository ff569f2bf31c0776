/** One pass: observe, check, plan, act, report, over the ports. */
@NullMarked
package dev.cairn.core.engine;

import org.jspecify.annotations.NullMarked;
