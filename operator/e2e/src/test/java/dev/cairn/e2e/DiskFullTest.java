package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.adapters.docker.PrivateEngine;
import dev.cairn.adapters.docker.TestImage;
import dev.cairn.adapters.docker.TinyRegistry;
import dev.cairn.adapters.testing.LoadClient;
import dev.cairn.adapters.testing.SmallDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Disks that are full, in truth: of an engine, and of the API's store. */
@ExtendWith(CairnExtension.class)
final class DiskFullTest {
    private static final String THREE = "v0.1, v0.2, v0.3";
    private static final String POPPED = "v0.2, v0.3, v0.4";
    private static final List<String> COMMAND = List.of("/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www");

    private static String on(String host) {
        return "placement: {hostNames: [" + host + "]}";
    }

    private static Yaml.Service pinned(String name, String host) {
        return new Yaml.Service(name, THREE).stacks(1).spec(on(host), "retain: {count: 0}");
    }

    private static List<List<String>> lists() {
        return List.of(List.of(THREE.split(", ")), List.of(POPPED.split(", ")));
    }

    @Test
    void F78_engineWithAFullDiskIsToldOfAndGoesOnWhenThereIsSpace(Cairn cairn) throws Exception {
        try (PrivateEngine engine = PrivateEngine.startOnSmallDisk(96);
                TinyRegistry registry = new TinyRegistry()) {
            cairn.loadImages(List.of(engine));
            cairn.kubectl().apply(Yaml.host("small", engine.url(), engine.address()));
            cairn.awaitCondition(Cairn.hostPath("small"), "Ready", "True");
            registry.add("team/web", "v0.1", new TestImage("team/web:v0.1", COMMAND, Map.of()));
            Yaml.Service yaml = pinned("unpulled", "small").image("\"" + registry.name() + "/team/web\"");
            try (Subject there = Subject.start(cairn, pinned("cramped", "small"));
                    Subject elsewhere = Subject.start(cairn, pinned("roomy", Engines.FIRST));
                    Load load = Load.start(cairn, there, 1, Duration.ofMillis(20), "/");
                    Load other = Load.start(cairn, elsewhere, 1, Duration.ofMillis(20), "/")) {
                engine.disk().fill();
                there.edit(there.yaml().versions(POPPED));
                assertThat(cairn.awaitCondition(there.path(), "Ready", "DiskFull"))
                        .isEqualTo("host small: its disk is full, so there is no room for container"
                                + " cramped-stack0-app4: make space there, and it is tried again by itself");
                try (Subject pulled = Subject.declare(cairn, yaml.versions("v0.1"))) {
                    assertThat(cairn.awaitCondition(pulled.path(), "Ready", "DiskFull"))
                            .startsWith("host small: its disk is full, so there is no room for image ");
                    elsewhere.change(POPPED);
                    other.finish(lists());
                    engine.disk().free();
                    pulled.awaitReady();
                    there.awaitReady();
                    assertThat(there.answers()).isEqualTo(lists().get(1));
                    load.finish(lists());
                }
            } finally {
                engine.disk().free();
            }
            cairn.kubectl().ok("delete", "hosts.cairn.dev", "small", "--timeout=60s");
        }
    }

    /** A whole installation of its own, whose state is on a small disk. */
    private static final class Small implements AutoCloseable {
        final SmallDisk disk;
        final Path state;
        final String address;
        final Kubectl kubectl;
        final OperatorProcess operator;
        private final Path kubeconfig;
        private Api api;

        Small(Cairn cairn) throws IOException {
            Path directory = cairn.state().getParent();
            disk = SmallDisk.at(directory.resolve("small"), 24);
            state = directory.resolve("small/state");
            kubeconfig = state.resolve("kubeconfig");
            address = cairn.proxyAddress().replaceFirst("[0-9]+$", "8");
            operator = new OperatorProcess(
                    state, directory.resolve("folder"), directory.resolve("small.log"), address, "small", List.of());
            kubectl = new Kubectl(kubeconfig, directory);
            start();
        }

        void start() throws IOException {
            operator.start();
            patiently("the API")
                    .until(() -> Api.of(kubeconfig).get(Api.GROUP + "/hosts").status() == 200);
            api = Api.of(kubeconfig);
        }

        void awaitReady() {
            patiently("Ready")
                    .until(() -> Cairn.condition(
                                    api.get(Cairn.servicePath("stored")).body(), "Ready")
                            .path("status")
                            .asText()
                            .equals("True"));
        }

        String answer(int port) throws IOException {
            return Web.get(address, port, "/").version();
        }

        @Override
        public void close() throws IOException {
            operator.kill();
            dev.cairn.app.up.Up.stopProxy(state);
            disk.close();
        }
    }

    @Test
    void F87_apiWithAFullDiskRefusesWritesGoesOnReadingAndTakesThemAgainWhenThereIsSpace(Cairn cairn) throws Exception {
        PrivateEngine engine = cairn.engines().of(Engines.FIRST);
        int port = Subject.freePort();
        Yaml.Service yaml = new Yaml.Service("stored", THREE).stacks(1);
        try (Small small = new Small(cairn)) {
            small.kubectl.apply(Yaml.host(Engines.FIRST, engine.url(), engine.address())
                    + yaml.text()
                    + Yaml.endpoint("stored-prod", "stored", "prod", port));
            small.awaitReady();
            patiently("answers").until(() -> small.answer(port).equals("v0.1"));
            try (LoadClient load = LoadClient.start(small.address, port, "/", 2, Duration.ofMillis(10))) {
                small.disk.fill();
                Map<String, String> kept = writeUntilRefused(small);
                assertThat(small.kubectl.refused(yaml.versions(POPPED).text())).contains("is full; make space there");
                assertThat(small.api.get(Cairn.servicePath("stored")).status()).isEqualTo(200);
                assertThat(small.kubectl.ok("get", "csvc,cstack,cep,chost")).contains("stored-stack0", "stored-prod");
                assertKept(small, kept);
                small.disk.free();
                patiently("writes again")
                        .until(() -> small.kubectl
                                        .run(yaml.versions(POPPED).text(), "apply", "-f", "-")
                                        .code()
                                == 0);
                patiently("released").until(() -> small.answer(port).equals("v0.2"));
                small.awaitReady();
                small.operator.kill();
                small.start();
                assertKept(small, kept);
                small.awaitReady();
                assertThat(load.finish(Duration.ofSeconds(10)).failures()).isEmpty();
            }
            small.kubectl.ok("delete", "cep", "stored-prod", "--timeout=60s");
            small.kubectl.ok("delete", "csvc", "stored", "--timeout=60s");
            small.kubectl.ok("delete", "chost", Engines.FIRST, "--timeout=60s");
        }
    }

    /** Names and revisions of what was acknowledged. */
    private static Map<String, String> writeUntilRefused(Small small) throws IOException {
        Map<String, String> kept = new LinkedHashMap<>();
        String big = "x".repeat(20_000);
        for (int i = 0; i < 1_000; i++) {
            String name = "kept" + i;
            Api.Answer answer = small.api.post(
                    "/api/v1/namespaces/default/configmaps",
                    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                            + "\"},\"data\":{\"x\":\"" + big + i + "\"}}");
            if (answer.status() == 500) {
                assertThat(answer.body().path("message").asText())
                        .startsWith("Nothing can be written, since the disk with the store ")
                        .endsWith(" is full; make space there, and writes go on by themselves as reads do now.");
                return kept;
            }
            assertThat(answer.status()).isEqualTo(201);
            kept.put(
                    name, answer.body().path("metadata").path("resourceVersion").asText());
        }
        throw new AssertionError("the disk is never full");
    }

    private static void assertKept(Small small, Map<String, String> kept) throws IOException {
        for (Map.Entry<String, String> one : kept.entrySet()) {
            Api.Answer answer = small.api.get("/api/v1/namespaces/default/configmaps/" + one.getKey());
            assertThat(answer.body().path("metadata").path("resourceVersion").asText())
                    .as(one.getKey())
                    .isEqualTo(one.getValue());
        }
    }
}
