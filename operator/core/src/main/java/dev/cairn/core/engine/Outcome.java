package dev.cairn.core.engine;

import dev.cairn.core.plan.Action;
import dev.cairn.core.port.PortException;
import org.jspecify.annotations.Nullable;

/**
 * How an action ended.
 *
 * @param action what was asked for
 * @param conflict whether somebody else was faster: not an error, the next pass looks again
 * @param failure why it did not happen, or may not have happened
 */
public record Outcome(
        Action action, boolean conflict, @Nullable PortException failure) {
    /** Whether it is done. */
    public boolean done() {
        return !conflict && failure == null;
    }
}
