package dev.cairn.core.status;

/**
 * A condition in the sense of kstatus.
 *
 * @param type {@code Ready}, {@code Compliant}, {@code Reconciling} or {@code Stalled}
 * @param holds status True or False
 * @param reason a word in CamelCase
 * @param message one or more sentences for the user; may be empty
 */
public record Condition(String type, boolean holds, String reason, String message) {}
