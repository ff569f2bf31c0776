package dev.cairn.core.constraint;

import java.util.List;

/**
 * The answer to a write.
 *
 * @param allowed whether it may be stored
 * @param message why not, naming object, problem and remedy; empty when allowed
 * @param warnings one sentence each, shown to the user whether allowed or not
 */
public record Verdict(boolean allowed, String message, List<String> warnings) {
    /** Allowed, with nothing to say. */
    public static final Verdict ALLOWED = new Verdict(true, "", List.of());

    public Verdict {
        warnings = List.copyOf(warnings);
    }

    static Verdict refused(String message) {
        return new Verdict(false, message, List.of());
    }
}
