package dev.cairn.bench;

import java.time.Duration;
import java.util.List;

/**
 * Twelve containers removed: from the delete of both Services until the API has no Service and the engines have no
 * container of them left. The peer stops and removes its twelve, 8 at once, with the same grace; the sample server ends
 * at once when asked, so nobody waits for a grace to pass.
 */
final class Removal {
    private Removal() {}

    static void run(Installation cairn, Engines engines, int rounds) throws Exception {
        TwelveContainers.warmUp(cairn, engines);
        Rounds.of("remove 12")
                .with("cairn", () -> cairn(cairn, engines))
                .with("raw API, 8 at once", () -> raw(engines))
                .warmedUp(1)
                .run(rounds);
    }

    private static Duration cairn(Installation cairn, Engines engines) throws Exception {
        TwelveContainers.up(cairn);
        return Installation.timed(() -> cairn.delete(TwelveContainers.NAMES, engines));
    }

    private static Duration raw(Engines engines) throws Exception {
        List<Engines.Raw> containers = engines.start(TwelveContainers.COUNT);
        return Installation.timed(() -> engines.stop(containers));
    }
}
