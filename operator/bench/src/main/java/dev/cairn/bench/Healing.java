package dev.cairn.bench;

import java.time.Duration;
import java.util.List;

/**
 * A container is removed behind the operator's back: from the moment at which it is gone, so that its name is free
 * again, until the endpoint answers with its name again. The peer creates and starts one container by the engine's API,
 * until it answers itself, without a proxy.
 */
final class Healing {
    private static final String NAME = "bench-heal";
    private static final String CONTAINER = NAME + "-stack0-app1";
    private static final int PORT = 18080;

    private Healing() {}

    static void run(Installation cairn, Engines engines, int rounds) throws Exception {
        cairn.apply(NAME, List.of("v0.1", "v0.2", "v0.3"), 1);
        cairn.endpoint(NAME, "prod", PORT);
        cairn.awaitReady(NAME);
        cairn.awaitEndpoint(NAME + "-prod");
        Await.until("an answer of the endpoint", Healing::answers);
        Rounds.of("removed container to first answer")
                .with("cairn, through proxy", () -> cairn(cairn, engines))
                .with("raw API", () -> raw(engines))
                .run(rounds);
        cairn.clean(engines);
    }

    private static Duration cairn(Installation cairn, Engines engines) throws Exception {
        String host = cairn.stack(NAME + "-stack0").getSpec().hostName();
        Engines.Engine engine =
                engines.of(cairn.hosts().stream().map(h -> h.name()).toList().indexOf(host));
        engine.docker().removeContainerCmd(CONTAINER).withForce(true).exec();
        Duration took = Installation.timed(() -> Await.until("an answer of the new " + CONTAINER, Healing::answers));
        cairn.awaitReady(NAME);
        return took;
    }

    private static boolean answers() {
        return Http.get("127.0.0.1", PORT, "/").contains("container=" + CONTAINER);
    }

    private static Duration raw(Engines engines) throws Exception {
        Duration took = Installation.timed(() -> engines.start(engines.of(0), Engines.image(0), Engines.port(0)));
        engines.clean();
        return took;
    }
}
