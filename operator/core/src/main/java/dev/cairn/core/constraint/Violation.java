package dev.cairn.core.constraint;

/**
 * A constraint that does not hold.
 *
 * @param constraint id of the constraint, such as {@code VersionOrder}
 * @param subject kind and name of the object, such as {@code Service default/webapp}
 * @param found what is there
 * @param wanted what would satisfy the constraint
 * @param blocks what must not be done meanwhile
 */
public record Violation(String constraint, String subject, String found, String wanted, Blocks blocks) {
    /** A violation that is only reported. */
    public Violation(String constraint, String subject, String found, String wanted) {
        this(constraint, subject, found, wanted, Blocks.NOTHING);
    }

    /** One sentence for the user. */
    public String message() {
        return constraint + ": " + subject + ": " + found + "; " + wanted;
    }
}
