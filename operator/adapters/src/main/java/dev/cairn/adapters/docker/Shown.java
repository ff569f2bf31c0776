package dev.cairn.adapters.docker;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an engine's list shows a container: what changes only when something happens to it, and for how long it has been
 * so, which grows by itself.
 *
 * @param text state, status without its age, published ports
 * @param least the age in seconds that the status tells, at least
 * @param most the same, at most; infinite where it tells none
 * @param atNanos when the list was read, System.nanoTime
 */
record Shown(String text, double least, double most, long atNanos) {
    /** As in Docker's units.HumanDuration, which rounds hours and cuts all else off. */
    private static final Pattern AGE =
            Pattern.compile("(Less than a|About an?|[0-9]{1,6}) (second|minute|hour|day|week|month|year)s?");

    private static final Map<String, Integer> SECONDS = Map.of(
            "second", 1,
            "minute", 60,
            "hour", 3600,
            "day", 86_400,
            "week", 7 * 86_400,
            "month", 30 * 86_400,
            "year", 365 * 86_400);
    private static final double NANOS = 1e9;

    /**
     * Reads one line of a list.
     *
     * @param status as people are shown it: {@code Up 3 minutes (healthy)}, {@code Exited (0) 5 seconds ago}
     */
    static Shown of(String state, String status, String ports, long atNanos) {
        Matcher age = AGE.matcher(status);
        if (!age.find()) {
            return new Shown(state + "|" + status + "|" + ports, 0, Double.POSITIVE_INFINITY, atNanos);
        }
        String rest = status.substring(0, age.start()) + status.substring(age.end());
        int unit = SECONDS.getOrDefault(age.group(2), 1);
        int count = switch (age.group(1)) {
            case "Less than a" -> 0;
            case "About a", "About an" -> 1;
            default -> Integer.parseInt(age.group(1));
        };
        double rounded = unit == SECONDS.getOrDefault("hour", 0) ? 0.5 : 0;
        return new Shown(
                state + "|" + rest + "|" + ports,
                Math.max(0, count - rounded) * unit,
                (count + 1 - rounded) * unit,
                atNanos);
    }

    /**
     * Whether nothing has happened to the container since: it is shown in the same way, and is as much older as time
     * has passed. What has begun anew is younger than that. Where the engine tells its age in minutes or more, a new
     * beginning may be overlooked until it has told the seconds once.
     */
    boolean continues(Shown before) {
        return text.equals(before.text) && most >= before.least + (atNanos - before.atNanos) / NANOS;
    }
}
