package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The first example as it is delivered, its documents applied one by one in a random order. */
@ExtendWith(CairnExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FirstExampleTest {
    private static final List<String> SERVICES = List.of("webapp", "training");
    private static final List<String> ENDPOINTS = List.of("webapp-prod", "webapp-qa", "webapp-dev", "training-prod");
    private Cairn cairn;

    @BeforeAll
    void apply(Cairn environment) throws IOException {
        cairn = environment;
        List<String> documents = new ArrayList<>();
        for (String file : List.of("services.yaml", "endpoints.yaml")) {
            Path path = Cairn.root().resolve("examples/first").resolve(file);
            documents.addAll(List.of(Files.readString(path).split("\n---\n")));
        }
        long seed = System.nanoTime();
        Collections.shuffle(documents, new Random(seed));
        System.out.println("order of the documents by seed " + seed);
        documents.forEach(cairn.kubectl()::apply);
        SERVICES.forEach(name -> cairn.awaitCondition(Cairn.servicePath(name), "Ready", "True"));
        ENDPOINTS.forEach(name -> cairn.awaitCondition(Cairn.endpointPath(name), "Ready", "True"));
    }

    @AfterAll
    void remove() throws IOException {
        for (String name : ENDPOINTS) {
            cairn.api().delete(Cairn.endpointPath(name));
        }
        for (String name : SERVICES) {
            cairn.api().delete(Cairn.servicePath(name));
        }
        Cairn.patiently("the first example gone")
                .until(() -> containers().isEmpty()
                        && cairn.api().list(Api.path("default", "services")).isEmpty());
    }

    private List<Seen> containers() {
        return SERVICES.stream()
                .flatMap(name -> cairn.engines().containers(name).stream())
                .toList();
    }

    private String answer(int port) throws IOException {
        Web.Answer answer = Web.get(cairn.proxyAddress(), port, "/");
        return answer.words().get("service") + " " + answer.version();
    }

    @Test
    void F42_twelveContainersOnTwoHostsWhateverTheOrder() {
        Map<String, Long> byHost =
                containers().stream().collect(Collectors.groupingBy(Seen::host, Collectors.counting()));
        assertThat(byHost).isEqualTo(Map.of(Engines.FIRST, 6L, Engines.SECOND, 6L));
        assertThat(containers()).allMatch(Seen::running);
        assertThat(cairn.engines().ours()).hasSize(12);
    }

    @Test
    void F01_serviceOfTwoStacksWithThreeVersionsIsReadyWithSixContainers() throws IOException {
        for (String name : SERVICES) {
            List<Seen> containers = cairn.engines().containers(name);
            assertThat(containers.stream().map(c -> c.stack() + " " + c.version()))
                    .containsExactlyInAnyOrder("0 v0.1", "0 v0.2", "0 v0.3", "1 v0.1", "1 v0.2", "1 v0.3");
            var status = cairn.api().get(Cairn.servicePath(name)).body().path("status");
            assertThat(status.path("stacks").asInt()).isEqualTo(2);
            assertThat(status.path("readyStacks").asInt()).isEqualTo(2);
        }
    }

    @Test
    void F04_endpointsAnswerTheVersionAtTheirStage() throws IOException {
        for (int i = 0; i < 6; i++) {
            assertThat(answer(8080)).isEqualTo("webapp v0.1");
            assertThat(answer(8081)).isEqualTo("webapp v0.2");
            assertThat(answer(8082)).isEqualTo("webapp v0.3");
            assertThat(answer(8090)).isEqualTo("training v0.1");
        }
    }

    @Test
    void F26_containersOfBothStacksAnswerBehindEachEndpoint() throws IOException {
        for (Map.Entry<Integer, String> port : Map.of(
                        8080, "webapp v0.1", 8081, "webapp v0.2", 8082, "webapp v0.3", 8090, "training v0.1")
                .entrySet()) {
            String service = port.getValue().split(" ")[0];
            Set<String> expected = cairn.engines().containers(service).stream()
                    .filter(c -> port.getValue().equals(service + " " + c.version()))
                    .map(Seen::name)
                    .collect(Collectors.toSet());
            Set<String> answered = new TreeSet<>();
            for (int i = 0; i < 8; i++) {
                answered.add(Web.get(cairn.proxyAddress(), port.getKey(), "/").container());
            }
            assertThat(answered).isEqualTo(expected).hasSize(2);
        }
    }

    @Test
    void F37_dockerPsAloneTellsWhoBelongsToWhom() {
        for (Seen c : containers()) {
            Map<String, String> labels = c.labels();
            assertThat(c.name())
                    .isEqualTo(labels.get("cairn.dev/service") + "-stack" + labels.get("cairn.dev/stack") + "-app"
                            + labels.get("cairn.dev/n"));
            assertThat(labels).containsEntry("cairn.dev/installation", Cairn.INSTALLATION);
            assertThat(labels).containsEntry("cairn.dev/namespace", "default");
            assertThat(labels).containsKey("cairn.dev/version");
        }
        // All containers of a stack are on one host, and the two stacks of a service are on different ones.
        Map<String, Set<String>> hosts = containers().stream()
                .collect(Collectors.groupingBy(
                        c -> c.labels().get("cairn.dev/service") + c.stack(),
                        Collectors.mapping(Seen::host, Collectors.toSet())));
        assertThat(hosts).hasSize(4);
        assertThat(hosts.values()).allMatch(set -> set.size() == 1);
        SERVICES.forEach(name ->
                assertThat(Stream.of(0, 1).map(k -> hosts.get(name + k))).doesNotHaveDuplicates());
    }
}
