package dev.cairn.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The same work done by Cairn and by its peers in turn, several times; prints medians, slowest and ratios. */
final class Rounds {
    private static final double P99 = 0.99;

    /** For who only wants to see that a row works. */
    private static final int MOST =
            Integer.parseInt(System.getenv().getOrDefault("CAIRN_BENCH_ROUNDS", "" + Integer.MAX_VALUE));

    /** Work that tells how long the part took that counts. */
    interface Timed {
        Duration run() throws Exception;
    }

    private record Contestant(String name, Timed work, List<Double> seconds) {
        double median() {
            return rank(0.5);
        }

        /** The smallest figure that so large a share does not exceed. */
        double rank(double share) {
            List<Double> sorted = seconds.stream().sorted().toList();
            return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
        }
    }

    private final String what;
    private final List<Contestant> contestants = new ArrayList<>();

    private Rounds(String what) {
        this.what = what;
    }

    static Rounds of(String what) {
        return new Rounds(what);
    }

    /** Adds who takes part. The first is the one whose ratio to each of the others is told. */
    Rounds with(String name, Timed work) {
        contestants.add(new Contestant(name, work, new ArrayList<>()));
        return this;
    }

    /** Lets all take part so often before it counts, unless $CAIRN_BENCH_ROUNDS is less. */
    Rounds warmedUp(int wanted) throws Exception {
        for (int i = 0; i < Math.min(wanted, MOST); i++) {
            for (Contestant contestant : contestants) {
                contestant.work.run();
            }
        }
        return this;
    }

    /** Runs all in turn, so often, unless $CAIRN_BENCH_ROUNDS is less. */
    void run(int wanted) throws Exception {
        int rounds = Math.min(wanted, MOST);
        for (int i = 0; i < rounds; i++) {
            for (Contestant contestant : contestants) {
                contestant.seconds.add(contestant.work.run().toNanos() / 1e9);
            }
        }
        for (Contestant contestant : contestants) {
            say(
                    "%-34s %-18s median %9.4f s   p99 %9.4f s   ratio %5.2f   (%d rounds)",
                    what,
                    contestant.name,
                    contestant.median(),
                    contestant.rank(P99),
                    contestants.get(0).median() / contestant.median(),
                    rounds);
        }
    }

    static void say(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }
}
