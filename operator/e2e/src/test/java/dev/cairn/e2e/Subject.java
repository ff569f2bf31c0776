package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/** The service of one scenario with an endpoint for each of its stages. Removes itself when closed. */
final class Subject implements AutoCloseable {
    static final List<String> STAGES = List.of("prod", "qa", "dev");
    private static final AtomicInteger PORTS = new AtomicInteger(9000);

    private final Cairn cairn;
    private final int firstPort = PORTS.getAndAdd(STAGES.size());
    private Yaml.Service yaml;

    private Subject(Cairn cairn, Yaml.Service yaml) {
        this.cairn = cairn;
        this.yaml = yaml;
    }

    /** A service that the scenario declares itself. */
    static Subject of(Cairn cairn, String name) {
        return new Subject(cairn, new Yaml.Service(name, ""));
    }

    /** A service that somebody else declares. */
    static Subject of(Cairn cairn, Yaml.Service yaml) {
        return new Subject(cairn, yaml);
    }

    /** The service and its endpoints as a user writes them. */
    String text() {
        StringBuilder all = new StringBuilder(yaml.text());
        STAGES.forEach(stage -> all.append(Yaml.endpoint(yaml.name() + "-" + stage, yaml.name(), stage, port(stage))));
        return all.toString();
    }

    /** Declares the service and nothing more. */
    static Subject declare(Cairn cairn, Yaml.Service yaml) {
        Subject subject = new Subject(cairn, yaml);
        cairn.kubectl().apply(yaml.text());
        return subject;
    }

    /** Declares the service and its endpoints, and waits until all is as declared and answers. */
    static Subject start(Cairn cairn, Yaml.Service yaml) {
        Subject subject = new Subject(cairn, yaml);
        cairn.kubectl().apply(subject.text());
        subject.awaitReady();
        STAGES.forEach(subject::awaitRouted);
        return subject;
    }

    String name() {
        return yaml.name();
    }

    Yaml.Service yaml() {
        return yaml;
    }

    int port(String stage) {
        return firstPort + STAGES.indexOf(stage);
    }

    /** A free port of the proxy that no endpoint uses. */
    static int freePort() {
        return PORTS.getAndAdd(1);
    }

    /** Declares something else and waits until it is so. */
    void change(Yaml.Service other) {
        edit(other);
        awaitReady();
    }

    /** Declares something else. */
    void edit(Yaml.Service other) {
        cairn.kubectl().apply(other.text());
        yaml = other;
    }

    /** Declares these versions and waits until they run. */
    void change(String versions) {
        change(yaml.versions(versions));
    }

    /** Waits until the service is Ready with what was declared last. */
    void awaitReady() {
        cairn.awaitCondition(path(), "Ready", "True");
    }

    void awaitRouted(String stage) {
        cairn.awaitCondition(Cairn.endpointPath(name() + "-" + stage), "Ready", "True");
    }

    String path() {
        return Cairn.servicePath(name());
    }

    JsonNode resource() throws IOException {
        return cairn.api().get(path()).body();
    }

    /** The records of its stacks, the leading one first. */
    List<JsonNode> stacks() throws IOException {
        return cairn.api().list(Api.path("default", "servicestacks") + "?labelSelector=cairn.dev/service=" + name());
    }

    /** Its containers on all engines, also those that no list has. */
    List<Seen> containers() {
        return cairn.engines().containers(name());
    }

    /** The identities of the containers that run now. */
    List<String> lives() {
        return containers().stream().map(Seen::life).toList();
    }

    /** The versions of the containers of a stack, lowest n first. */
    List<String> versions(int stack) {
        return containers().stream()
                .filter(c -> c.stack() == stack)
                .map(Seen::version)
                .toList();
    }

    /** The container of a stack with that version. */
    Seen container(int stack, String version) {
        List<Seen> found = containers().stream()
                .filter(c -> c.stack() == stack && c.version().equals(version))
                .toList();
        assertThat(found)
                .as("containers of stack " + stack + " with " + version)
                .hasSize(1);
        return found.get(0);
    }

    Web.Answer ask(String stage) throws IOException {
        return Web.get(cairn.proxyAddress(), port(stage), "/");
    }

    /** The versions that prod, qa and dev answer now. */
    List<String> answers() throws IOException {
        List<String> versions = new ArrayList<>();
        for (String stage : STAGES) {
            versions.add(ask(stage).version());
        }
        return versions;
    }

    /** All containers that answer at a stage within some requests. */
    Set<String> answering(String stage) throws IOException {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 8; i++) {
            names.add(ask(stage).container());
        }
        return names;
    }

    /**
     * Every stack holds exactly these versions, each running once, and the records of all stacks say so. What they
     * retain runs as well.
     */
    void assertHolds(String... versions) throws IOException {
        List<Seen> containers = containers();
        List<JsonNode> stacks = stacks();
        int retained = stacks.stream()
                .mapToInt(stack -> stack.path("spec").path("retained").size())
                .sum();
        assertThat(containers)
                .hasSize(yaml.stacks() * versions.length + retained)
                .allMatch(Seen::running);
        assertThat(stacks).hasSize(yaml.stacks());
        for (JsonNode stack : stacks) {
            assertThat(stack.path("spec").has("next")).isFalse();
            List<String> listed = new ArrayList<>();
            for (JsonNode entry : stack.path("spec").path("containers")) {
                listed.add(entry.path("version").asText());
                String container = stack.path("metadata").path("name").asText() + "-app"
                        + entry.path("n").asInt();
                assertThat(containers)
                        .anyMatch(c -> c.name().equals(container)
                                && c.version().equals(entry.path("version").asText())
                                && c.host()
                                        .equals(stack.path("spec")
                                                .path("hostName")
                                                .asText()));
            }
            assertThat(listed).containsExactly(versions);
        }
    }

    /** Deletes the endpoints and the service, and waits until nothing of them is left. */
    @Override
    public void close() throws IOException {
        for (String stage : STAGES) {
            cairn.api().delete(Cairn.endpointPath(name() + "-" + stage));
        }
        cairn.api().delete(path());
        patiently(name() + " gone")
                .until(() ->
                        cairn.api().get(path()).status() == 404 && containers().isEmpty());
    }
}
