package dev.cairn.adapters.haproxy;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the two pools of a pair: HAProxy's {@code backend}. A row names one of them, the other is spare.
 *
 * @param pair {@code h17}, one of many that rows of HTTP listeners take as they come; {@code t5432}, that of the only row
 *     of a TCP listener
 * @param letter {@code a} or {@code b}
 */
record Pool(String pair, char letter) {
    private static final Pattern NAME = Pattern.compile("((?:h(?:0|[1-9][0-9]{0,4})|t[1-9][0-9]{0,4}))\\.([ab])");

    static Optional<Pool> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new Pool(matcher.group(1), matcher.group(2).charAt(0)))
                : Optional.empty();
    }

    /** The name of a pair for HTTP. */
    static String http(int number) {
        return "h" + number;
    }

    /** The name of the pair of a TCP listener. */
    static String tcp(int port) {
        return "t" + port;
    }

    /** Both pools of a pair. */
    static List<Pool> both(String pair) {
        return List.of(new Pool(pair, 'a'), new Pool(pair, 'b'));
    }

    Pool other() {
        return new Pool(pair, letter == 'a' ? 'b' : 'a');
    }

    /** HAProxy's name of it, {@code h17.a}. */
    @Override
    public String toString() {
        return pair + "." + letter;
    }
}
