package dev.cairn.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Two pieces of work done in turn, several times. */
final class Rounds {
    /** Work that tells how long the part took that counts. */
    interface Timed {
        Duration run() throws Exception;
    }

    private Rounds() {}

    /** Runs both in turn, prints every figure and the medians, and returns the ratio of the medians. */
    static double compare(String what, int rounds, String oneName, Timed one, String peerName, Timed peer)
            throws Exception {
        List<Double> ones = new ArrayList<>();
        List<Double> peers = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            ones.add(seconds(one.run()));
            peers.add(seconds(peer.run()));
            say("%s, round %d: %s %.2f s, %s %.2f s", what, i + 1, oneName, last(ones), peerName, last(peers));
        }
        double ratio = median(ones) / median(peers);
        say(
                "%s: %s %.2f s, %s %.2f s (medians of %d): ratio %.2f",
                what, oneName, median(ones), peerName, median(peers), rounds, ratio);
        return ratio;
    }

    static void say(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static double last(List<Double> values) {
        return values.get(values.size() - 1);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
