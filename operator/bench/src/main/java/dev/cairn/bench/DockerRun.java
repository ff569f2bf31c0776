package dev.cairn.bench;

import java.time.Duration;
import java.util.List;

/** Twelve containers by {@code docker run --detach}, one after the other, the engines in turn. */
final class DockerRun {
    private DockerRun() {}

    static Duration twelve(Engines engines) throws Exception {
        Duration took = Installation.timed(() -> {
            for (int i = 0; i < TwelveContainers.COUNT; i++) {
                Engines.Engine engine = engines.of(i);
                String publish = engine.address() + ":" + Engines.port(i) + ":" + Engines.CONTAINER_PORT;
                Commands.run(List.of(
                        "docker",
                        "--host=" + engine.url(),
                        "run",
                        "--detach",
                        "--label=" + Engines.LABEL,
                        "--publish=" + publish,
                        Engines.image(i)));
            }
            awaitAnswers(engines);
        });
        engines.clean();
        return took;
    }

    /** Until each of the twelve answers. */
    static void awaitAnswers(Engines engines) throws Exception {
        for (int i = 0; i < TwelveContainers.COUNT; i++) {
            int port = Engines.port(i);
            String address = engines.of(i).address();
            Await.until("an answer at " + address + ":" + port, () -> Http.ready(address, port));
        }
    }
}
