package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The gate: users notice nothing of a release. Versions need 2 s to become ready, of which {@code /ready} tells, so that
 * routing too early shows; slow requests take longer than the grace of a stop, so that stopping too early shows.
 */
@ExtendWith(CairnExtension.class)
final class InterruptionTest {
    private static final long REQUESTS = 10_000;
    private static final List<String> RELEASES = List.of(
            "v0.1, v0.2, v0.3, v0.4",
            "v0.2, v0.3, v0.4",
            "v0.2, v0.3, v0.4, v0.5",
            "v0.3, v0.4, v0.5",
            "v0.1, v0.2, v0.3");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void F27_noRequestFailsAndNoneIsAnsweredByAWrongVersionDuringPushAndPop(Cairn cairn)
            throws IOException, InterruptedException {
        Yaml.Service yaml = new Yaml.Service("gate", "v0.1, v0.2, v0.3")
                .env("{name: READY_AFTER, value: \"2\"}")
                .longDrainShortGrace();
        try (Subject gate = Subject.start(cairn, yaml)) {
            assertThat(cairn.proxyConfig()).contains("retries 0", "no option redispatch");
            List<List<String>> lists = new ArrayList<>(List.of(List.of("v0.1", "v0.2", "v0.3")));
            try (Load load = Load.start(cairn, gate, 2, Duration.ofMillis(25), "/", "/ready", "/slow?seconds=4")) {
                for (int i = 0; i < RELEASES.size() || load.requests() < REQUESTS; i++) {
                    String versions = RELEASES.get(i % RELEASES.size());
                    lists.add(Arrays.asList(versions.split(", ")));
                    gate.change(versions);
                }
                long requests = load.requests();
                load.finish(lists);
                System.out.println("F27: " + requests + " requests during " + (lists.size() - 1) + " changes");
                assertThat(requests).isGreaterThanOrEqualTo(REQUESTS);
            }
        }
    }
}
