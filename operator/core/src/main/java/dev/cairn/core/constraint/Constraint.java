package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import java.util.List;

/** One small check over what is declared and recorded. */
public interface Constraint {
    /** What users, conditions and metrics call it; never changed. */
    String id();

    /** Everything that does not hold; empty when all is well. */
    List<Violation> check(Desired desired);
}
