package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.adapters.docker.TestImage;
import dev.cairn.adapters.docker.TinyRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Releases that cannot succeed, that overlap, and that bring other settings. */
@ExtendWith(CairnExtension.class)
final class ReleaseTroubleTest {
    private static final List<String> COMMAND = List.of("/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www");

    @ParameterizedTest
    @CsvSource({Cairn.NEVER_READY + ", did not become healthy in 6 s", Cairn.EXITS + ", exits with code 1"})
    void F28_aVersionThatIsNeverHealthyIsNeverRoutedAndTouchesNothing(String version, String reason, Cairn cairn)
            throws IOException, InterruptedException {
        Yaml.Service yaml = new Yaml.Service("sick-" + version.replace(".", ""), "v0.1, v0.2, v0.3").deadline(6);
        try (Subject sick = Subject.start(cairn, yaml)) {
            List<String> before = sick.lives();
            try (Load load = Load.start(cairn, sick, 1, Duration.ofMillis(20), "/")) {
                // With the push a pop: if it were carried out, the sick version would stand at dev.
                sick.edit(yaml.versions("v0.2, v0.3, " + version));
                cairn.awaitCondition(sick.path(), "Ready", "ChangeFailed");
                patiently("what was started for it gone")
                        .until(() -> sick.lives().equals(before));
                load.finish(List.of(List.of("v0.1", "v0.2", "v0.3")));
            }
            assertThat(cairn.kubectl().ok("describe", "services.cairn.dev", sick.name()))
                    .contains("ChangeAbandoned", version, reason);
            assertThat(sick.answers()).containsExactly("v0.1", "v0.2", "v0.3");
            // Declaring what runs settles it, and so does a version that works.
            sick.change("v0.1, v0.2, v0.3");
            assertThat(sick.lives()).isEqualTo(before);
            sick.change("v0.2, v0.3, v0.4");
            assertThat(sick.answers()).containsExactly("v0.2", "v0.3", "v0.4");
        }
    }

    @Test
    void F13_F36_imagesArePulledFirstWithTheirDigestAndAMissingOneChangesNothing(Cairn cairn) throws IOException {
        try (TinyRegistry registry = new TinyRegistry()) {
            String digest = registry.add("team/web", "v0.1", new TestImage("team/web:v0.1", COMMAND, Map.of()));
            String image = registry.name() + "/team/web";
            Yaml.Service yaml = new Yaml.Service("pulled", "v0.1").image("\"" + image + "\"");
            try (Subject pulled = Subject.declare(cairn, yaml)) {
                pulled.awaitReady();
                for (JsonNode stack : pulled.stacks()) {
                    for (JsonNode entry : stack.path("spec").path("containers")) {
                        assertThat(entry.path("image").asText()).isEqualTo(image + "@" + digest);
                    }
                }
                List<String> before = pulled.lives();
                try (Engines.Births births = cairn.engines().births()) {
                    pulled.edit(yaml.versions("v0.1, v0.1, v0.1, v0.2"));
                    String message = cairn.awaitCondition(pulled.path(), "Ready", "ImageNotFound");
                    assertThat(message).contains(image + ":v0.2", "its registry does not have it", "push the image");
                    assertThat(births.of("pulled")).isEmpty();
                }
                assertThat(pulled.lives()).isEqualTo(before);
                // As soon as it is there the release goes on by itself.
                registry.add("team/web", "v0.2", new TestImage("team/web:v0.2", COMMAND, Map.of()));
                pulled.awaitReady();
                pulled.assertHolds("v0.1", "v0.1", "v0.1", "v0.2");
            }
        }
    }

    @Test
    void F36_serviceOfAnUnknownImageStartsNothing(Cairn cairn) throws IOException {
        try (TinyRegistry registry = new TinyRegistry();
                Subject missing = Subject.declare(
                        cairn, new Yaml.Service("missing", "v9.9").image("\"" + registry.name() + "/no/such\""))) {
            String message = cairn.awaitCondition(missing.path(), "Ready", "ImageNotFound");
            assertThat(message).contains("/no/such:v9.9", "correct spec.image/spec.versions");
            assertThat(missing.containers()).isEmpty();
        }
    }

    @Test
    void F69_ofTwentyConcurrentEditsTheLastWinsAndNothingIsTwice(Cairn cairn) throws Exception {
        List<String> lists = List.of(
                "\"v0.1\",\"v0.2\",\"v0.3\"",
                "\"v0.1\",\"v0.2\",\"v0.3\",\"v0.4\"",
                "\"v0.1\",\"v0.2\",\"v0.3\",\"v0.5\"");
        record Edit(long version, String list) {}
        List<Edit> edits = Collections.synchronizedList(new ArrayList<>());
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try (Subject edited = Subject.start(cairn, new Yaml.Service("edited", "v0.1, v0.2, v0.3"));
                Engines.Births births = cairn.engines().births()) {
            CountDownLatch go = new CountDownLatch(1);
            for (int i = 0; i < 20; i++) {
                String list = lists.get(i % lists.size());
                threads.submit(() -> {
                    go.await();
                    Api.Answer answer = cairn.api().patch(edited.path(), "{\"spec\":{\"versions\":[" + list + "]}}");
                    assertThat(answer.status()).isEqualTo(200);
                    String version = answer.body()
                            .path("metadata")
                            .path("resourceVersion")
                            .asText();
                    return edits.add(new Edit(Long.parseLong(version), list));
                });
            }
            go.countDown();
            threads.shutdown();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            assertThat(edits).hasSize(20);
            String last = edits.stream()
                    .max((a, b) -> Long.compare(a.version, b.version))
                    .orElseThrow()
                    .list;
            edited.awaitReady();
            edited.assertHolds(
                    Arrays.stream(last.split(",")).map(v -> v.replace("\"", "")).toArray(String[]::new));
            assertThat(births.of("edited")).doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void F88_settingsTravelWithTheVersion(Cairn cairn) throws IOException {
        String first = "SETTING=first";
        String second = "SETTING=second";
        Yaml.Service yaml = new Yaml.Service("settled", "v0.1, v0.2, v0.3").env("{name: SETTING, value: first}");
        try (Subject settled = Subject.start(cairn, yaml)) {
            List<String> before = settled.lives();
            settled.change(yaml.env("{name: SETTING, value: second}"));
            assertThat(settled.lives()).isEqualTo(before);
            assertThat(settled.resource().path("status").path("outdatedPositions"))
                    .hasSize(3);

            Seen production = settled.container(0, "v0.1");
            cairn.engines().remove(production);
            patiently("production healed").until(() -> {
                settled.assertHolds("v0.1", "v0.2", "v0.3");
                return true;
            });
            settled.awaitReady();
            assertThat(settled.container(0, "v0.1").env()).contains(first);

            settled.change("v0.1, v0.2, v0.3, v0.4");
            for (int stack = 0; stack < 2; stack++) {
                assertThat(settled.container(stack, "v0.4").env()).contains(second);
                assertThat(settled.container(stack, "v0.3").env()).contains(first);
            }
            assertThat(settled.resource().path("status").path("outdatedPositions"))
                    .hasSize(3);
        }
    }
}
