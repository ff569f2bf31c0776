package dev.cairn.app.cli;

/** A command cannot do what it was asked for; the message is one clear line for the user. */
final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1;

    UserError(String message) {
        super(message, null, false, false); // expected: no stack trace
    }
}
