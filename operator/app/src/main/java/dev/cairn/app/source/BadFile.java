package dev.cairn.app.source;

/** A file that cannot be used; the message says what is wrong with it, without its name. */
final class BadFile extends Exception {
    private static final long serialVersionUID = 1;

    BadFile(String message) {
        super(message);
    }
}
