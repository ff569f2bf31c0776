package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.RouteKey;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the two pools of a listening port: HAProxy's {@code backend}. A row names one of them, the other is spare.
 *
 * @param port the listening port
 * @param letter {@code a} or {@code b}
 */
record Pool(int port, char letter) {
    private static final Pattern NAME = Pattern.compile("p([1-9][0-9]{0,4})\\.([ab])");

    static Optional<Pool> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new Pool(
                        Integer.parseInt(matcher.group(1)), matcher.group(2).charAt(0)))
                : Optional.empty();
    }

    static Pool first(RouteKey key) {
        return new Pool(key.port(), 'a');
    }

    Pool other() {
        return new Pool(port, letter == 'a' ? 'b' : 'a');
    }

    /** HAProxy's name of it, {@code p8080.a}. */
    @Override
    public String toString() {
        return "p" + port + "." + letter;
    }
}
