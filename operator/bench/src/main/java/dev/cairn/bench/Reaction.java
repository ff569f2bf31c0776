package dev.cairn.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import dev.cairn.core.model.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A container is removed behind the operator's back: from the moment at which the engine's event goes out to the operator
 * until the operator's first call comes in. Seen by a {@link Tap} between both, behind a Host of its own. Once more from
 * the moment at which the name is free again until the call that creates the container anew. The peer is a client of the
 * engine's API that does nothing but wait for the event and ask for the list of containers.
 */
final class Reaction {
    private static final String NAME = "bench-react";
    private static final String CONTAINER = NAME + "-stack0-app1";
    private static final String HOST = "bench-tapped";
    private static final String PEER = "bench-react-peer";
    private static final int FIRST_PORT = 25_000;

    private final Installation cairn;
    private final Engines.Engine engine;
    private final Tap tap;

    private Reaction(Installation cairn, Engines.Engine engine, Tap tap) {
        this.cairn = cairn;
        this.engine = engine;
        this.tap = tap;
    }

    static void run(Installation cairn, Engines engines, int rounds) throws Exception {
        Host host = cairn.hosts().get(0);
        try (Tap tap = new Tap(host.url())) {
            cairn.host(HOST, tap.url(), host.address(), FIRST_PORT);
            cairn.apply(
                    NAME,
                    List.of("v0.1", "v0.2", "v0.3"),
                    1,
                    "placement: {hostNames: [" + HOST + "]}",
                    "retain: {count: 0}");
            cairn.awaitReady(NAME);
            Reaction reaction = new Reaction(cairn, engines.of(0), tap);
            reaction.compare(rounds);
            cairn.delete(List.of(NAME), engines);
            cairn.deleteHost(HOST);
        }
    }

    private void compare(int rounds) throws Exception {
        Rounds.of("die event to first engine call")
                .with("cairn", () -> removed("die", call -> true))
                .with("raw API", this::peer)
                .run(rounds);
        Rounds.of("name free again to create call")
                .with("cairn", () -> removed("destroy", call -> call.startsWith("POST /containers/create")))
                .run(rounds);
    }

    private Duration removed(String event, Predicate<String> call) throws Exception {
        tap.reset();
        remove(CONTAINER);
        Duration took = taken(tap, event, CONTAINER, call);
        Await.until(
                "the new " + CONTAINER,
                () -> engine.docker()
                                .listContainersCmd()
                                .withNameFilter(List.of("^/" + CONTAINER + "$"))
                                .exec()
                                .size()
                        == 1);
        cairn.awaitReady(NAME);
        return took;
    }

    private static Duration taken(Tap tap, String event, String container, Predicate<String> call) throws Exception {
        Await.until("a call", () -> tap.between(event, container, call).isPresent());
        Optional<Duration> took = tap.between(event, container, call);
        return took.orElseThrow();
    }

    private void remove(String container) {
        engine.docker().removeContainerCmd(container).withForce(true).exec();
    }

    private Duration peer() throws Exception {
        try (Tap between = new Tap(engine.url());
                DockerClient client = Engines.client(between.url())) {
            String id = engine.docker()
                    .createContainerCmd(Engines.image(0))
                    .withName(PEER)
                    .withLabels(Map.of(Engines.LABEL, "raw"))
                    .exec()
                    .getId();
            engine.docker().startContainerCmd(id).exec();
            try (Listener listener = new Listener(client)) {
                client.eventsCmd().exec(listener).awaitStarted();
                client.pingCmd().exec();
                between.reset();
                remove(PEER);
                return taken(between, "die", PEER, call -> true);
            }
        }
    }

    private static final class Listener extends ResultCallback.Adapter<Event> {
        private final DockerClient client;

        Listener(DockerClient client) {
            this.client = client;
        }

        @Override
        public void onNext(Event event) {
            if ("die".equals(event.getAction())) {
                client.listContainersCmd().withShowAll(true).exec();
            }
        }
    }
}
