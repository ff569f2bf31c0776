package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The clock of the operator's machine is set by five minutes, forward and back, while the engines' clocks stay as they
 * are.
 */
@DisabledIfSystemProperty(
        named = NamedCluster.PROPERTY,
        matches = ".+",
        disabledReason = "the API writes times by the clock that is set, which is the cluster's own")
@ExtendWith(CairnExtension.class)
final class ClockTest {
    private static final String THREE = "v0.1, v0.2, v0.3";
    private static final String POPPED = "v0.2, v0.3, v0.4";

    /** Built from the C source beside this test. */
    private static Path library(Path directory) throws IOException, InterruptedException {
        Path source = directory.resolve("clock.c");
        try (InputStream resource = Objects.requireNonNull(ClockTest.class.getResourceAsStream("/clock.c"))) {
            Files.write(source, resource.readAllBytes());
        }
        Path library = directory.resolve("clock.so");
        Process gcc = new ProcessBuilder("gcc", "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).as("gcc").isZero();
        return library;
    }

    private static Path offset(Cairn cairn) {
        return cairn.state().resolveSibling("clock.offset");
    }

    /** In place, since the file is mapped. */
    private static void write(Path offset, int seconds) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(seconds)
                .flip();
        try (FileChannel file = FileChannel.open(offset, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(bytes, 0);
        }
    }

    /** Sets the operator's clock, and waits until what it writes shows that time. */
    private static void set(Cairn cairn, int seconds) throws IOException {
        write(offset(cairn), seconds);
        String configMaps = "/api/v1/namespaces/default/configmaps";
        patiently("the clock set by " + seconds + " s").until(() -> {
            String name = "clock-" + System.nanoTime();
            JsonNode created = cairn.api()
                    .post(
                            configMaps,
                            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name + "\"}}")
                    .body();
            cairn.api().delete(configMaps + "/" + name);
            Instant shown = Instant.parse(
                    created.path("metadata").path("creationTimestamp").asText());
            Duration off = Duration.between(Instant.now().plusSeconds(seconds), shown);
            return off.abs().compareTo(Duration.ofSeconds(60)) < 0;
        });
    }

    @Test
    void F81_clockThatIsSetByFiveMinutesStopsNoReleaseAndNoHealing(Cairn cairn) throws Exception {
        cairn.operator().kill();
        write(offset(cairn), 0);
        String library = library(cairn.state().getParent()).toString();
        cairn.operator()
                .startIn(Map.of(
                        "LD_PRELOAD", library, "CLOCK_OFFSET", offset(cairn).toString()));
        // A version that is ready after 2 s only: whoever thinks that it started long ago gives it up.
        Yaml.Service yaml = new Yaml.Service("timed", THREE).deadline(30).env("{name: READY_AFTER, value: \"2\"}");
        try {
            cairn.awaitApi();
            try (Subject timed = Subject.start(cairn, yaml);
                    Load load = Load.start(cairn, timed, 1, Duration.ofMillis(20), "/");
                    Engines.Births births = cairn.engines().births()) {
                List<List<String>> lists = new ArrayList<>(List.of(List.of(THREE.split(", "))));
                int round = 0;
                for (int step : List.of(300, 0, -300, 0)) {
                    set(cairn, step);
                    String versions = round++ % 2 == 0 ? POPPED : THREE;
                    lists.add(List.of(versions.split(", ")));
                    timed.change(versions);
                }
                load.finish(lists);
                assertThat(births.of("timed")).as("each release once").hasSize(8);
                healed(cairn, timed);
            }
        } finally {
            cairn.restartOperator();
        }
    }

    private static void healed(Cairn cairn, Subject timed) throws IOException {
        for (int step : List.of(300, -300)) {
            set(cairn, step);
            Seen victim = timed.container(1, "v0.3");
            List<String> others = timed.lives().stream()
                    .filter(life -> !life.equals(victim.life()))
                    .toList();
            cairn.engines().remove(victim);
            patiently("healed").untilAsserted(() -> {
                timed.assertHolds(THREE.split(", "));
                assertThat(timed.lives()).containsAll(others);
            });
            timed.awaitReady();
        }
    }
}
