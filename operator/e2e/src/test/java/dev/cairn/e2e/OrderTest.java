package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole environment may be applied in any order. */
@ExtendWith(CairnExtension.class)
final class OrderTest {
    private static final int PERMUTATIONS = 20;
    private static final List<String> SERVICES = List.of("any", "order");

    private static List<String> documents(Cairn cairn, int port) {
        List<String> documents = new ArrayList<>();
        cairn.engines().all().forEach((name, engine) -> documents.add(Yaml.host(name, engine.url(), engine.address())));
        documents.add(new Yaml.Service("any", "v0.1, v0.2, v0.3").text());
        documents.add(new Yaml.Service("order", "v0.2")
                .spec("stages: [{name: only, position: 0}]")
                .text());
        documents.add(Yaml.endpoint("any-prod", "any", "prod", port));
        documents.add(Yaml.endpoint("any-dev", "any", "dev", port + 1));
        documents.add(Yaml.endpoint("order-only", "order", "only", port + 2));
        return documents;
    }

    private static List<Seen> containers(Cairn cairn) {
        return SERVICES.stream()
                .flatMap(name -> cairn.engines().containers(name).stream())
                .toList();
    }

    /** What is so in the end: what runs on each host, and what is answered where. */
    private static List<String> state(Cairn cairn, int port) throws IOException {
        List<String> state = new ArrayList<>();
        for (Seen container : containers(cairn)) {
            assertThat(container.running()).isTrue();
            state.add(container.host() + " " + service(container.name()) + " " + container.version());
        }
        for (int i = 0; i < 3; i++) {
            Web.Answer answer = Web.get(cairn.proxyAddress(), port + i, "/");
            state.add(i + " " + service(answer.container()) + " " + answer.version());
        }
        Collections.sort(state);
        return state;
    }

    private static String service(String container) {
        return container.substring(0, container.indexOf("-stack"));
    }

    /** Of one document after the other the operator sees more states in between; of all at once, other ones. */
    private static void apply(Cairn cairn, List<String> documents, boolean apart) {
        if (apart) {
            documents.forEach(cairn.kubectl()::apply);
        } else {
            cairn.kubectl().apply(String.join("", documents));
        }
    }

    private static void remove(Cairn cairn) throws IOException {
        for (String name : List.of("any-prod", "any-dev", "order-only")) {
            cairn.api().delete(Cairn.endpointPath(name));
        }
        for (String name : SERVICES) {
            cairn.api().delete(Cairn.servicePath(name));
        }
        patiently("all gone").until(() -> {
            for (String name : SERVICES) {
                if (cairn.api().get(Cairn.servicePath(name)).status() != 404) {
                    return false;
                }
            }
            return containers(cairn).isEmpty();
        });
        for (String host : cairn.engines().all().keySet()) {
            cairn.api().delete(Cairn.hostPath(host));
        }
        patiently("hosts gone")
                .until(() -> cairn.api().list(Api.GROUP + "/hosts").isEmpty());
    }

    @Test
    void F42_anyOrderOfApplyingLeadsToOneState(Cairn cairn) throws IOException {
        int port = Subject.freePort();
        Subject.freePort();
        Subject.freePort();
        List<String> expected = Stream.of(
                        Engines.FIRST + " any v0.1",
                        Engines.FIRST + " any v0.2",
                        Engines.FIRST + " any v0.3",
                        Engines.FIRST + " order v0.2",
                        Engines.SECOND + " any v0.1",
                        Engines.SECOND + " any v0.2",
                        Engines.SECOND + " any v0.3",
                        Engines.SECOND + " order v0.2",
                        "0 any v0.1",
                        "1 any v0.3",
                        "2 order v0.2")
                .sorted()
                .toList();
        long seed = System.nanoTime();
        System.out.println("F42: seed " + seed);
        Random random = new Random(seed);
        try {
            for (int i = 0; i < PERMUTATIONS; i++) {
                remove(cairn);
                List<String> documents = documents(cairn, port);
                Collections.shuffle(documents, random);
                apply(cairn, documents, i % 2 == 0);
                for (String name : SERVICES) {
                    cairn.awaitCondition(Cairn.servicePath(name), "Ready", "True");
                }
                for (String name : List.of("any-prod", "any-dev", "order-only")) {
                    cairn.awaitCondition(Cairn.endpointPath(name), "Ready", "True");
                }
                assertThat(state(cairn, port))
                        .as("order " + i + " by seed " + seed)
                        .isEqualTo(expected);
            }
        } finally {
            remove(cairn);
            cairn.engines()
                    .all()
                    .forEach((name, engine) -> cairn.kubectl().apply(Yaml.host(name, engine.url(), engine.address())));
            cairn.engines().all().keySet().forEach(host -> cairn.awaitCondition(Cairn.hostPath(host), "Ready", "True"));
        }
    }
}
