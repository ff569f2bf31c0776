package dev.cairn.core.constraint;

import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Version;
import java.util.List;
import java.util.stream.Collectors;

/** How messages name things. */
final class Named {
    private static final int LONGEST = 64;

    private Named() {}

    static String service(ObjectKey key) {
        return "Service " + key;
    }

    static String endpoint(ObjectKey key) {
        return "Endpoint " + key;
    }

    static String stack(ObjectKey key) {
        return "ServiceStack " + key;
    }

    /** {@code [v0.1, v0.2]}, as a user would write it. */
    static String list(List<Version> versions) {
        return versions.stream().map(v -> plain(v.tag())).collect(Collectors.joining(", ", "[", "]"));
    }

    /** In quotes. */
    static String quoted(String text) {
        return '"' + plain(text) + '"';
    }

    /**
     * A text from outside, fit for a terminal and a log line: what is not printable ASCII becomes {@code ?}, and after
     * 64 characters it is cut off.
     */
    static String plain(String text) {
        String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return shown.codePoints()
                .mapToObj(c -> c >= ' ' && c <= '~' && c != '"' ? Character.toString(c) : "?")
                .collect(Collectors.joining());
    }
}
