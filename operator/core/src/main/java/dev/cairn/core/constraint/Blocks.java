package dev.cairn.core.constraint;

/** What must not be done while a violation stands. What runs already is never touched because of one. */
public enum Blocks {
    /** No change of the service begins or is aimed anew: the declared list is not admissible. */
    CHANGE,
    /** The stack that has no place is not created; the stacks that have one run. */
    STACK,
    /** The endpoint gets no route. */
    ROUTE,
    /** Nothing: it is reported, and the operator puts it right. */
    NOTHING
}
