package dev.cairn.adapters.haproxy;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What a text means, remembered: HAProxy prints the same names and keys in every look, and to take them apart is most of
 * the work of a look.
 */
final class Memo<A> {
    /** Names of servers, or keys of rows, of the largest proxy that Cairn is made for; some 10 MB. */
    static final int MOST = 32_768;

    /** Longer texts are read anew each time. */
    private static final int LONGEST = 1_024;

    private final Function<String, Optional<A>> read;
    private final Map<String, Optional<A>> known = new ConcurrentHashMap<>();

    /** @param read depends on the text alone */
    Memo(Function<String, Optional<A>> read) {
        this.read = read;
    }

    Optional<A> of(String text) {
        Optional<A> before = known.get(text);
        if (before != null) {
            return before;
        }
        Optional<A> answer = read.apply(text);
        if (text.length() <= LONGEST) {
            if (known.size() >= MOST) {
                known.clear();
            }
            known.put(text, answer);
        }
        return answer;
    }
}
