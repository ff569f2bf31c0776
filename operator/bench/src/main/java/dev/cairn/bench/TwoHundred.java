package dev.cairn.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Does a container take longer to start when there are many? From the first apply until all Services are Ready, divided
 * by the number of containers, for 200 and for 12. Services have one stack of four versions; the raw API starts as many.
 */
final class TwoHundred {
    private static final List<String> VERSIONS = List.of("v0.1", "v0.2", "v0.3", "v0.4");
    private static final int MANY = 200;
    private static final int FEW = 12;

    private TwoHundred() {}

    static void run(Installation cairn, Engines engines, int rounds) throws Exception {
        Rounds.of("per container")
                .with("cairn, 200", () -> cairn(cairn, engines, MANY))
                .with("cairn, 12", () -> cairn(cairn, engines, FEW))
                .with("raw API, 200", () -> raw(engines, MANY))
                .with("raw API, 12", () -> raw(engines, FEW))
                .run(rounds);
    }

    private static Duration cairn(Installation cairn, Engines engines, int containers) throws Exception {
        List<String> names = IntStream.range(0, containers / VERSIONS.size())
                .mapToObj(i -> "bench-" + i)
                .toList();
        Duration took = Installation.timed(() -> {
            names.forEach(name -> cairn.apply(name, VERSIONS, 1));
            names.forEach(cairn::awaitReady);
        });
        cairn.delete(names, engines);
        return took.dividedBy(containers);
    }

    private static Duration raw(Engines engines, int containers) throws Exception {
        List<List<Engines.Raw>> started = new ArrayList<>();
        Duration took = Installation.timed(() -> started.add(engines.start(containers)));
        engines.stop(started.get(0));
        return took.dividedBy(containers);
    }
}
