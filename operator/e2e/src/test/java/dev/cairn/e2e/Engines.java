package dev.cairn.e2e;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import dev.cairn.adapters.docker.PrivateEngine;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Docker engines, asked directly; the product knows nothing of it. */
final class Engines implements AutoCloseable {
    static final String FIRST = "e2e01";
    static final String SECOND = "e2e02";

    private final Map<String, PrivateEngine> byHost = new LinkedHashMap<>();

    Engines() {
        // Both before any container: an engine that starts may change what the other one has set up.
        byHost.put(FIRST, PrivateEngine.start());
        byHost.put(SECOND, PrivateEngine.start());
    }

    PrivateEngine of(String host) {
        PrivateEngine engine = byHost.get(host);
        if (engine == null) {
            throw new IllegalArgumentException("no engine " + host);
        }
        return engine;
    }

    /** Removes a container behind the operator's back. */
    void remove(Seen victim) {
        of(victim.host())
                .client()
                .removeContainerCmd(victim.id())
                .withForce(true)
                .exec();
    }

    Map<String, PrivateEngine> all() {
        return Collections.unmodifiableMap(byHost);
    }

    /** This installation's containers of a service of the default namespace, running or not, by stack and n. */
    List<Seen> containers(String service) {
        return ours().stream()
                .filter(c -> service.equals(c.labels().get("cairn.dev/service")))
                .toList();
    }

    /** All containers that carry the label of this installation. */
    List<Seen> ours() {
        String label = "cairn.dev/installation=" + Cairn.INSTALLATION;
        List<Seen> found = new ArrayList<>();
        byHost.forEach((host, engine) -> {
            DockerClient docker = engine.client();
            for (Container container : docker.listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(label))
                    .exec()) {
                try {
                    found.add(Seen.of(
                            host, docker.inspectContainerCmd(container.getId()).exec()));
                } catch (NotFoundException e) {
                    // It went between the two calls.
                }
            }
        });
        found.sort(Comparator.comparing(Seen::stack).thenComparing(Seen::n).thenComparing(Seen::id));
        return found;
    }

    /** One container by its name. */
    Seen container(String host, String name) {
        return Seen.of(host, of(host).client().inspectContainerCmd(name).exec());
    }

    /** Listens from now on to what containers are created. */
    Births births() {
        return new Births();
    }

    @Override
    public void close() {
        byHost.values().forEach(PrivateEngine::close);
    }

    /** The names of all containers that were created since it began to listen, in order, twice when created twice. */
    final class Births implements AutoCloseable {
        private final List<String> names = Collections.synchronizedList(new ArrayList<>());
        private final List<Closeable> streams = new ArrayList<>();

        private Births() {
            // The engines keep their last events, so that nothing is missed until the stream is open.
            Instant begun = Instant.now();
            String now = "%d.%09d".formatted(begun.getEpochSecond(), begun.getNano());
            for (PrivateEngine engine : byHost.values()) {
                streams.add(engine.client()
                        .eventsCmd()
                        .withSince(now)
                        .withEventFilter("create")
                        .exec(new Names()));
            }
        }

        private final class Names extends ResultCallback.Adapter<Event> {
            @Override
            public void onNext(Event event) {
                names.add(event.getActor().getAttributes().getOrDefault("name", "?"));
            }
        }

        /** Those of one service of the default namespace. */
        List<String> of(String service) {
            synchronized (names) {
                return names.stream()
                        .filter(name -> name.startsWith(service + "-stack"))
                        .toList();
            }
        }

        @Override
        public void close() throws IOException {
            for (Closeable stream : streams) {
                stream.close();
            }
        }
    }
}
