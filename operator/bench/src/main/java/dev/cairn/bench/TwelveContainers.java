package dev.cairn.bench;

import java.time.Duration;
import java.util.List;

/**
 * Twelve containers from nothing, with a warm operator: from the first apply until both Services are Ready. The peers
 * count until each container answers its readiness path.
 */
final class TwelveContainers {
    static final List<String> NAMES = List.of("bench-a", "bench-b");
    static final int COUNT = 12;

    /** Until an operator that was started a moment ago is as warm as one that has run for some time. */
    private static final int WARM_UP = 10;

    private static final int PEERS_WARM_UP = 2;

    private static final List<String> VERSIONS = List.of("v0.1", "v0.2", "v0.3");
    private static final int STACKS = 2;

    private TwelveContainers() {}

    static void run(Installation cairn, Engines engines, int rounds) throws Exception {
        warmUp(cairn, engines);
        Rounds all = Rounds.of("12 containers")
                .with("cairn", () -> cairn(cairn, engines))
                .with("raw API, 8 at once", () -> raw(engines))
                .with("docker run", () -> DockerRun.twelve(engines));
        if (Compose.installed()) {
            all.with("docker-compose", () -> Compose.twelve(engines));
        } else {
            Rounds.say("12 containers: docker-compose is not installed (apt install docker-compose): no such row");
        }
        if (!Swarm.possible()) {
            Rounds.say("12 containers: Swarm needs root and dockerd for an engine of its own: no such row");
            all.warmedUp(PEERS_WARM_UP).run(rounds);
            return;
        }
        try (Swarm swarm = Swarm.start()) {
            all.with("swarm stack deploy", swarm::twelve)
                    .warmedUp(PEERS_WARM_UP)
                    .run(rounds);
        }
    }

    /** Lets the operator do the work some times, down to the last container. */
    static void warmUp(Installation cairn, Engines engines) throws Exception {
        Rounds.of("warming up").with("cairn", () -> cairn(cairn, engines)).warmedUp(WARM_UP);
    }

    private static Duration cairn(Installation cairn, Engines engines) throws Exception {
        Duration took = Installation.timed(() -> up(cairn));
        cairn.delete(NAMES, engines);
        return took;
    }

    /** Two services of two stacks of three versions. */
    static void up(Installation cairn) {
        NAMES.forEach(name -> cairn.apply(name, VERSIONS, STACKS));
        NAMES.forEach(cairn::awaitReady);
    }

    private static Duration raw(Engines engines) throws Exception {
        Duration took = Installation.timed(() -> engines.start(COUNT));
        engines.clean();
        return took;
    }
}
