package dev.cairn.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A pop of a service without dependencies: from the accepted PATCH until all three endpoints answer the version that was
 * a stage higher before. The peer is {@link Reload}.
 */
final class Promotion implements AutoCloseable {
    static final int STAGES = 3;

    private static final String NAME = "bench-promote";
    private static final List<String> STAGE_NAMES = List.of("prod", "qa", "dev");
    private static final int FIRST_PORT = 18081;
    private static final int IMAGES = 5;

    /** Java has compiled by then what a promotion needs. */
    private static final int WARM_UP = 20;

    private final Installation cairn;
    private final Asking asking = new Asking();
    private int bottom;

    private Promotion(Installation cairn) {
        this.cairn = cairn;
    }

    static void run(Installation cairn, Engines engines, int rounds) throws Exception {
        try (Promotion promotion = new Promotion(cairn);
                Reload reload = new Reload(engines)) {
            promotion.declare();
            Rounds.of("promotion")
                    .with("cairn", promotion::pop)
                    .with("haproxy -sf", () -> reload.promote(promotion.asking))
                    .warmedUp(WARM_UP)
                    .run(rounds);
        }
        cairn.clean(engines);
    }

    /** Any order, so that five images are enough for any number of promotions. */
    private void declare() {
        cairn.apply(NAME, versions(STAGES), 2, "versionOrder: Any", "strategy: {drainSeconds: 1}");
        for (int i = 0; i < STAGES; i++) {
            cairn.endpoint(NAME, STAGE_NAMES.get(i), FIRST_PORT + i);
        }
        STAGE_NAMES.forEach(stage -> cairn.awaitEndpoint(NAME + "-" + stage));
    }

    private Duration pop() throws Exception {
        cairn.versions(NAME, versions(STAGES + 1));
        cairn.awaitReady(NAME);
        bottom++;
        List<String> after = versions(STAGES);
        List<Asking.Expected> expected = new ArrayList<>();
        for (int i = 0; i < STAGES; i++) {
            expected.add(new Asking.Expected(FIRST_PORT + i, "version=" + after.get(i)));
        }
        Duration took = asking.untilSwitched(expected, () -> {
            cairn.versions(NAME, after);
            return System.nanoTime();
        });
        cairn.awaitReady(NAME);
        return took;
    }

    private List<String> versions(int height) {
        List<String> versions = new ArrayList<>();
        for (int i = 0; i < height; i++) {
            versions.add("v0." + (1 + (bottom + i) % IMAGES));
        }
        return versions;
    }

    @Override
    public void close() {
        asking.close();
    }
}
