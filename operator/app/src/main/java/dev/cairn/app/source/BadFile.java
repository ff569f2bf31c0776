package dev.cairn.app.source;

import dev.cairn.api.Grammar;

/** A file that cannot be used; the message says what is wrong with it, without its name. */
final class BadFile extends Exception {
    private static final long serialVersionUID = 1;

    private static final int MOST = 500;

    BadFile(String message) {
        super(line(message));
    }

    /** Parts of the file are in the message, which may be anything. */
    private static String line(String message) {
        String line = message.replaceAll(Grammar.UNSEEN + "+", " ").strip();
        return line.length() <= MOST ? line : line.substring(0, MOST).replaceFirst("\\p{Cs}$", "") + "...";
    }
}
