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

/** Kills the operator again and again, each time inside an operation of which it must find its place again. */
abstract class Kills {
    private static final int JITTER_MILLIS = 60;
    private static final String THREE = "v0.1, v0.2, v0.3";
    private static final String FOUR = "v0.1, v0.2, v0.3, v0.4";
    private static final String POPPED = "v0.2, v0.3, v0.4";

    /** How far an operation is when the operator is killed, as the record and the engines tell. */
    enum Moment {
        DECLARED,
        BEGUN,
        PREPARED,
        CREATED,
        COMMITTED,
        /** Another stack is recorded. */
        RECORDED,
        /** The first container of another stack is there. */
        FILLED,
        /** A stack is marked for deletion. */
        MARKED,
        /** The first container of a stack that goes is gone. */
        EMPTIED
    }

    enum Operation {
        PUSH(FOUR, 2),
        POP(POPPED, 2),
        UNDO(FOUR, 2),
        REPLACE("v0.1, v0.2, v0.4, v0.4", 2),
        BACK(THREE, 2),
        SCALE_DOWN(THREE, 1),
        MOVE(THREE, 1),
        SCALE_UP(THREE, 2);

        private final String versions;
        private final int stacks;

        Operation(String versions, int stacks) {
            this.versions = versions;
            this.stacks = stacks;
        }
    }

    record Cell(Operation operation, Moment moment) {}

    private final Map<Cell, Integer> kills = new LinkedHashMap<>();

    /**
     * Kills the operator once inside each of these, the first of which begins where the last one ends.
     *
     * @param least kills that must have fallen inside an operation; the way is gone once more where they were fewer
     */
    final void killIn(Cairn cairn, String name, List<Cell> cells, int least) throws IOException, InterruptedException {
        Random random = new Random();
        List<List<String>> lists = new ArrayList<>(List.of(Arrays.asList(THREE.split(", "))));
        Yaml.Service yaml = new Yaml.Service(name, THREE).spec("retain: {count: 1, seconds: 3600}");
        try (Subject subject = Subject.start(cairn, yaml);
                Load load = Load.start(cairn, subject, 2, Duration.ofMillis(40), "/")) {
            for (int i = 0; i < cells.size() || sum() < least && i < 2 * cells.size(); i++) {
                Cell cell = cells.get(i % cells.size());
                lists.add(Arrays.asList(cell.operation.versions.split(", ")));
                try (Engines.Births births = cairn.engines().births()) {
                    kill(cairn, subject, cell, random);
                    assertThat(births.of(name)).as(cell.toString()).doesNotHaveDuplicates();
                }
            }
            long requests = load.requests();
            load.finish(lists);
            assertThat(sum()).isGreaterThanOrEqualTo(least);
            deleted(cairn, subject);
            System.out.println("F81: killed " + sum() + " times inside " + kills + ", " + requests + " requests");
        }
    }

    private void kill(Cairn cairn, Subject subject, Cell cell, Random random) throws IOException {
        List<JsonNode> before = subject.stacks();
        int containers = subject.containers().size();
        String drained = before.get(0).path("spec").path("hostName").asText();
        if (cell.operation == Operation.MOVE) {
            available(cairn, drained, "Drain");
        } else {
            subject.edit(subject.yaml().versions(cell.operation.versions).stacks(cell.operation.stacks));
        }
        // A moment that is passed unseen is as good as the end.
        Cairn.patiently(cell.toString())
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .until(() -> reached(subject, cell, before, containers) || !underWay(subject, cell, drained));
        // Nothing is waited for: where exactly the kill falls is left to chance.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(JITTER_MILLIS)));
        if (underWay(subject, cell, drained)) {
            kills.merge(cell, 1, Integer::sum);
        }
        cairn.operator().kill();
        cairn.operator().start();
        cairn.awaitApi();
        Cairn.patiently(cell + " converging").until(() -> !underWay(subject, cell, drained));
        if (cell.operation == Operation.MOVE) {
            available(cairn, drained, "Active");
        }
        subject.awaitReady();
        subject.assertHolds(cell.operation.versions.split(", "));
    }

    /** Killed once more while all of it is taken away. */
    private void deleted(Cairn cairn, Subject subject) throws IOException {
        for (String stage : Subject.STAGES) {
            cairn.api().delete(Cairn.endpointPath(subject.name() + "-" + stage));
        }
        int containers = subject.containers().size();
        cairn.api().delete(subject.path());
        Cairn.patiently("the first container gone")
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .until(() -> subject.containers().size() < containers);
        cairn.restartOperator();
        Cairn.patiently("nothing of it left")
                .until(() -> cairn.api().get(subject.path()).status() == 404
                        && subject.stacks().isEmpty()
                        && subject.containers().isEmpty());
    }

    private static void available(Cairn cairn, String host, String availability) throws IOException {
        cairn.api().patch(Cairn.hostPath(host), "{\"spec\":{\"availability\":\"" + availability + "\"}}");
    }

    private int sum() {
        return kills.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static boolean reached(Subject subject, Cell cell, List<JsonNode> before, int containers)
            throws IOException {
        List<JsonNode> stacks = subject.stacks();
        JsonNode lead = stacks.get(0).path("spec");
        return switch (cell.moment) {
            case DECLARED -> true;
            case BEGUN -> lead.has("next");
            case PREPARED -> stacks.stream().allMatch(s -> s.path("spec").has("next"));
            case CREATED, FILLED -> subject.containers().size() > containers;
            case COMMITTED -> versions(lead.path("containers")).equals(cell.operation.versions);
            case RECORDED -> stacks.size() > before.size();
            case MARKED -> stacks.stream().anyMatch(s -> s.path("metadata").has("deletionTimestamp"));
            case EMPTIED -> subject.containers().size() < containers;
        };
    }

    private static String versions(JsonNode entries) {
        List<String> versions = new ArrayList<>();
        entries.forEach(entry -> versions.add(entry.path("version").asText()));
        return String.join(", ", versions);
    }

    /** Whether it is not over: by the records, or because the engines hold something else than they say. */
    private static boolean underWay(Subject subject, Cell cell, String drained) throws IOException {
        List<JsonNode> stacks = subject.stacks();
        int listed = 0;
        for (JsonNode stack : stacks) {
            JsonNode spec = stack.path("spec");
            listed += spec.path("containers").size() + spec.path("retained").size();
            boolean settled = versions(spec.path("containers")).equals(cell.operation.versions)
                    && !spec.has("next")
                    && !stack.path("metadata").has("deletionTimestamp")
                    && !(cell.operation == Operation.MOVE
                            && spec.path("hostName").asText().equals(drained));
            if (!settled) {
                return true;
            }
        }
        return stacks.size() != cell.operation.stacks || subject.containers().size() != listed;
    }
}
