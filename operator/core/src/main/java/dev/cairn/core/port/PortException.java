package dev.cairn.core.port;

/** Why a call through a port did not happen or may not have happened. The message is one sentence for the user. */
public sealed class PortException extends Exception {
    private final String reason;

    private PortException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** A word in CamelCase for conditions and events, such as {@code ImageNotFound}. */
    public String reason() {
        return reason;
    }

    /** May succeed later without anybody changing what is declared: unreachable, timed out, busy. */
    public static final class Transient extends PortException {
        public Transient(String reason, String message) {
            super(reason, message);
        }
    }

    /** Fails again until somebody changes something: no such image, port taken, no permission. */
    public static final class Invalid extends PortException {
        public Invalid(String reason, String message) {
            super(reason, message);
        }
    }
}
