package dev.cairn.adapters.haproxy;

/** Foreign text made fit for one line of a message. */
final class Brief {
    private static final int MOST = 300;

    private Brief() {}

    /** Printable ASCII, and not more than a line of it. */
    static String of(String text) {
        String some = text.length() > MOST ? text.substring(0, MOST) + "..." : text;
        return some.replaceAll("[^ -~]", "?");
    }

    /** What an error says; somebody else's output may be part of it. */
    static String of(Exception e) {
        return of(String.valueOf(e.getMessage()).replaceAll("[^ -~]+", " "));
    }
}
