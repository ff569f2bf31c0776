package dev.cairn.app.source;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** Why the API has not done something: its own sentence, and whether asking again can help. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private static final int MAX_LENGTH = 2000;

    private final boolean lasting;

    Refusal(String message, boolean lasting) {
        super(message);
        this.lasting = lasting;
    }

    static Refusal of(KubernetesClientException e) {
        int code = e.getCode();
        // What the API has judged stays as it is; a conflict, a missing namespace, a fault on the way do not.
        boolean lasting = code == 400 || code == 403 || code == 405 || code == 413 || code == 422;
        String text = e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage()
                : code == 0 ? "the API does not answer: " + root(e) : String.valueOf(e.getMessage());
        return new Refusal(oneLine(text), lasting);
    }

    private static String root(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static String oneLine(String text) {
        String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
    }

    /** Whether the same request would be refused again. */
    boolean lasting() {
        return lasting;
    }
}
