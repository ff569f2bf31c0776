package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The clock of the operator's machine is set by five minutes, forward and back, while the engines' clocks stay as they
 * are. Debian's libfaketime shows the operator another time than there is.
 */
@ExtendWith(CairnExtension.class)
final class ClockTest {
    private static final Path LIBRARY = Cairn.root().resolve("target/tools/libfaketime.so");
    private static final String THREE = "v0.1, v0.2, v0.3";
    private static final String POPPED = "v0.2, v0.3, v0.4";

    private static Map<String, String> faked(Path offset) {
        return Map.of(
                "LD_PRELOAD", LIBRARY.toString(),
                "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                // The offset is read anew every second; every look at the clock would read it otherwise.
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1");
    }

    /** Sets the operator's clock, and waits until what it writes shows that time. */
    private static void set(Cairn cairn, int seconds) throws IOException {
        Path file = offset(cairn);
        Path draft = Files.writeString(file.resolveSibling("offset.new"), (seconds < 0 ? "" : "+") + seconds + "\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (!cairn.operator().runs()) {
            return;
        }
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

    private static Path offset(Cairn cairn) {
        return cairn.state().resolveSibling("offset");
    }

    @Test
    void F81_clockThatIsSetByFiveMinutesStopsNoReleaseAndNoHealing(Cairn cairn) throws Exception {
        assertThat(LIBRARY).as("make/test-tools fetches it").exists();
        cairn.operator().kill();
        set(cairn, 0);
        cairn.operator().startIn(faked(offset(cairn)));
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
            cairn.engines()
                    .of(victim.host())
                    .client()
                    .removeContainerCmd(victim.id())
                    .withForce(true)
                    .exec();
            patiently("healed").untilAsserted(() -> {
                timed.assertHolds(THREE.split(", "));
                assertThat(timed.lives()).containsAll(others);
            });
            timed.awaitReady();
        }
    }
}
