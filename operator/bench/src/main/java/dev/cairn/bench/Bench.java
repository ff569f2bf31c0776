package dev.cairn.bench;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs the measurements on what {@code make up} has started. Arguments: names of the ones to run; none: all. Asserts
 * nothing; leaves nothing behind.
 */
public final class Bench {
    private static final int ROUNDS = 5;
    private static final int PROMOTIONS = 30;
    private static final int SHORT_ROUNDS = 3;
    private static final int LONG_ROUNDS = 1;

    /** Of libraries that tell what is normal here. Kept, since what is set on a logger that nobody holds is forgotten. */
    private static final List<Logger> CHATTY =
            List.of(Logger.getLogger("io.fabric8"), Logger.getLogger("org.apache.hc"));

    private Bench() {}

    private interface Measurement {
        void run(Installation cairn, Engines engines) throws Exception;
    }

    private record Named(String name, Measurement work) {}

    /** The order of the table in docs/bench.md, but for Idle, which comes while the installation is still as made. */
    private static final List<Named> ALL = List.of(
            new Named("idle", (cairn, engines) -> Idle.run(cairn)),
            new Named("twelve", (cairn, engines) -> TwelveContainers.run(cairn, engines, ROUNDS)),
            new Named("removal", (cairn, engines) -> Removal.run(cairn, engines, 6 * ROUNDS)),
            new Named("healing", (cairn, engines) -> Healing.run(cairn, engines, 2 * ROUNDS)),
            new Named("reaction", (cairn, engines) -> Reaction.run(cairn, engines, 4 * ROUNDS)),
            new Named("promotion", (cairn, engines) -> Promotion.run(cairn, engines, PROMOTIONS)),
            new Named("hundredpops", (cairn, engines) -> HundredPops.run(cairn, engines, SHORT_ROUNDS)),
            new Named("twohundred", (cairn, engines) -> TwoHundred.run(cairn, engines, LONG_ROUNDS)),
            new Named("planning", (cairn, engines) -> Planning.run(4 * ROUNDS)),
            new Named("startup", (cairn, engines) -> Startup.run(ROUNDS)),
            new Named("many", (cairn, engines) -> ManyServices.run(100 * ROUNDS)));

    /** $CAIRN_STATE names the installation's directory; default .cairn. */
    public static void main(String[] arguments) throws Exception {
        CHATTY.forEach(logger -> logger.setLevel(Level.SEVERE));
        // Where the bench is interrupted, no process that it has started goes on.
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy)));
        List<String> chosen = List.of(arguments);
        try (Installation cairn = Installation.open();
                Engines engines = new Engines(cairn.hosts())) {
            cairn.clean(engines);
            try {
                for (Named one : ALL) {
                    if (chosen.isEmpty() || chosen.contains(one.name)) {
                        one.work.run(cairn, engines);
                    }
                }
            } finally {
                cairn.clean(engines);
            }
        }
        System.exit(0);
    }
}
