package dev.cairn.app.source;

import java.time.Instant;

/**
 * A commit, as it is shown.
 *
 * @param id all of it
 * @param time when its author made it
 * @param subject first line of its message, cleaned and cut
 */
record Commit(String id, Instant time, String subject) {
    private static final int MAX_SUBJECT = 100;

    private static final int SHORT = 10;

    Commit {
        String line = subject.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ").strip();
        subject = line.length() <= MAX_SUBJECT ? line : line.substring(0, MAX_SUBJECT) + "...";
    }

    /** For the user: {@code commit 1a2b3c4d5e of 2026-03-01T10:00:00Z "release v0.4"}. */
    @Override
    public String toString() {
        return "commit " + id.substring(0, Math.min(SHORT, id.length())) + " of " + time + " \"" + subject + "\"";
    }
}
