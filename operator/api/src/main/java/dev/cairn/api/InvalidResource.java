package dev.cairn.api;

/**
 * A resource that has no meaning, although it was stored: its CRD is older than this program, or validation was
 * bypassed. The message is one sentence for the user.
 */
public final class InvalidResource extends Exception {
    private static final long serialVersionUID = 1;

    private final String subject;
    private final String found;
    private final String wanted;

    InvalidResource(String subject, String found, String wanted) {
        super(subject + ": " + found + "; " + wanted);
        this.subject = subject;
        this.found = found;
        this.wanted = wanted;
    }

    /** Kind and name of the resource, such as {@code Service default/webapp}. */
    public String subject() {
        return subject;
    }

    /** What is wrong. */
    public String found() {
        return found;
    }

    /** What would be right. */
    public String wanted() {
        return wanted;
    }
}
