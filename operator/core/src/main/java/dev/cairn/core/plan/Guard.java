package dev.cairn.core.plan;

/**
 * The guards of the change protocol that were each shown to be needed: with one taken out, the explicit-state search
 * finds a wrong state. The planner runs with all of them; only that search takes one out.
 */
enum Guard {
    /** Commit asks that every follower has prepared for this very change; else an abandoned change looks decided. */
    M1_CHANGE_NUMBER,
    /** Abandon counts as a change of its own; else what a follower still holds of it looks decided later. */
    M2_ABANDON_COUNTS,
    /** Remove asks that the table in force was derived from the stack's present record. */
    M3_STAMPS,
    /** Rows that must move do so together, once everything they need is healthy. */
    M5_MOVE_TOGETHER,
    /** Begin waits until every follower has taken over what was committed. */
    M7_FOLLOW_BEFORE_BEGIN,
    /** Remove asks that no row names the container. */
    M8_NOT_IN_A_ROW,
    /** A failure is written into the record; else each operator that starts again tries the change again, without end. */
    M9_FAILURE_IN_RECORD,
    /** A new stack's record is empty, and the list in force is written into it then; else it may be of before a commit. */
    M10_JOIN_BY_A_WRITE,
    /** A new stack does not get below the lead; else it would lead, while the lead may be beginning a change. */
    M11_LEAD_STAYS,
    /** Rows keep what they have while all stacks that hold something go; two operators may have deleted one each. */
    M12_ROWS_OUTLIVE_STACKS
}
