package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator is killed again and again, each time inside a change of which it must find its place again. */
@ExtendWith(CairnExtension.class)
final class RestartTest {
    private static final int KILLS = 10;
    private static final int MOST_EDITS = 20;
    private static final int JITTER_MILLIS = 150;
    private static final List<String> RELEASES = List.of(
            "v0.1, v0.2, v0.3, v0.4",
            "v0.2, v0.3, v0.4",
            "v0.2, v0.3, v0.4, v0.5",
            "v0.3, v0.4, v0.5",
            "v0.1, v0.2, v0.3");

    /** How far a change is when the operator is killed, as the record and the engines tell. */
    private enum Moment {
        DECLARED,
        BEGUN,
        PREPARED,
        CREATED,
        COMMITTED
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void F81_killedInsideTenChangesItConvergesAndNothingIsLostOrTwice(Cairn cairn)
            throws IOException, InterruptedException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<List<String>> lists = new ArrayList<>(List.of(List.of("v0.1", "v0.2", "v0.3")));
        Map<Moment, Integer> kills = new LinkedHashMap<>();
        try (Subject subject = Subject.start(cairn, new Yaml.Service("killed", "v0.1, v0.2, v0.3"));
                Engines.Births births = cairn.engines().births();
                Load load = Load.start(cairn, subject, 2, Duration.ofMillis(20), "/")) {
            for (int edit = 0; sum(kills) < KILLS && edit < MOST_EDITS; edit++) {
                String versions = RELEASES.get(edit % RELEASES.size());
                Moment moment = Moment.values()[edit % Moment.values().length];
                lists.add(Arrays.asList(versions.split(", ")));
                subject.edit(subject.yaml().versions(versions));
                awaitMoment(subject, moment);
                // Nothing is waited for: where exactly the kill falls is left to chance.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(JITTER_MILLIS)));
                boolean inside = underWay(subject);
                cairn.operator().kill();
                if (inside) {
                    kills.merge(moment, 1, Integer::sum);
                }
                cairn.operator().start();
                cairn.awaitApi();
                subject.awaitReady();
                subject.assertHolds(versions.split(", "));
            }
            long requests = load.requests();
            load.finish(lists);
            System.out.println(
                    "F81: seed " + seed + ", killed inside a change " + kills + ", " + requests + " requests");
            assertThat(sum(kills)).isGreaterThanOrEqualTo(KILLS);
            assertThat(births.of("killed")).doesNotHaveDuplicates();
        }
    }

    private static int sum(Map<Moment, Integer> kills) {
        return kills.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Waits for the moment, or for the commit when it was passed unseen. */
    private static void awaitMoment(Subject subject, Moment moment) {
        Cairn.patiently("the change being " + moment)
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .until(() -> reached(subject, moment));
    }

    private static boolean reached(Subject subject, Moment moment) throws IOException {
        List<JsonNode> stacks = subject.stacks();
        boolean begun = stacks.get(0).path("spec").has("next");
        return switch (moment) {
            case DECLARED -> true;
            case BEGUN -> begun || committed(subject, stacks);
            case PREPARED -> stacks.stream().allMatch(s -> s.path("spec").has("next")) || committed(subject, stacks);
            case CREATED -> begun && staged(subject, stacks) || committed(subject, stacks);
            case COMMITTED -> committed(subject, stacks);
        };
    }

    /** Whether a container of the next list is there, or the change needs none. */
    private static boolean staged(Subject subject, List<JsonNode> stacks) {
        JsonNode spec = stacks.get(0).path("spec");
        int highest = 0;
        for (JsonNode entry : spec.path("next")) {
            highest = Math.max(highest, entry.path("n").asInt());
        }
        int wanted = highest;
        return subject.containers().stream().anyMatch(c -> c.stack() == 0 && c.n() == wanted);
    }

    private static boolean committed(Subject subject, List<JsonNode> stacks) {
        List<String> versions = new ArrayList<>();
        stacks.get(0)
                .path("spec")
                .path("containers")
                .forEach(entry -> versions.add(entry.path("version").asText()));
        return String.join(", ", versions).equals(subject.yaml().versions());
    }

    /** Whether the change is not over: by the records, or because the engines hold something else than they say. */
    private static boolean underWay(Subject subject) throws IOException {
        List<JsonNode> stacks = subject.stacks();
        int height = subject.yaml().versions().split(", ").length;
        return !stacks.stream()
                        .allMatch(s -> committed(subject, List.of(s))
                                && !s.path("spec").has("next"))
                || subject.containers().size() != height * stacks.size();
    }
}
