package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a team does with its services and hosts, each time while users ask all endpoints and none may notice. */
@ExtendWith(CairnExtension.class)
final class OperationsTest {
    private static final String THREE = "v0.1, v0.2, v0.3";

    private static Load load(Cairn cairn, Subject subject) {
        return Load.start(cairn, subject, 2, Duration.ofMillis(25), "/", "/slow?seconds=1");
    }

    private static List<List<String>> lists(String... versions) {
        List<List<String>> lists = new ArrayList<>();
        for (String list : versions) {
            lists.add(Arrays.asList(list.split(", ")));
        }
        return lists;
    }

    private static List<String> lives(Subject subject, String version) {
        return subject.containers().stream()
                .filter(c -> c.version().equals(version))
                .map(Seen::life)
                .toList();
    }

    private static void awaitHolds(Subject subject, String... versions) {
        patiently(subject.name() + " holds " + String.join(", ", versions))
                .untilAsserted(() -> subject.assertHolds(versions));
    }

    private static void awaitAnswers(Subject subject, String... versions) {
        patiently(subject.name() + " answers")
                .untilAsserted(() -> assertThat(subject.answers()).containsExactly(versions));
    }

    @Test
    void F89_undoTakesTheSameContainersBack(Cairn cairn) throws Exception {
        Yaml.Service yaml = new Yaml.Service("undone", THREE + ", v0.4").spec("retain: {count: 1, seconds: 600}");
        try (Subject undone = Subject.start(cairn, yaml);
                Load load = load(cairn, undone)) {
            List<String> before = undone.lives();
            undone.change("v0.2, v0.3, v0.4");
            assertThat(undone.answers()).containsExactly("v0.2", "v0.3", "v0.4");
            assertThat(undone.lives()).as("what was popped runs on").isEqualTo(before);
            JsonNode kept = undone.stacks().get(1).path("spec").path("retained");
            assertThat(kept).hasSize(1);

            undone.change(THREE + ", v0.4");
            assertThat(undone.answers()).containsExactly("v0.1", "v0.2", "v0.3");
            assertThat(undone.lives()).isEqualTo(before);
            load.finish(lists(THREE, "v0.2, v0.3, v0.4", THREE));
        }
    }

    @Test
    void F89_whatIsRetainedIsRemovedWhenItsTimeIsOver(Cairn cairn) throws Exception {
        Yaml.Service yaml = new Yaml.Service("expired", THREE + ", v0.4").spec("retain: {count: 1, seconds: 2}");
        try (Subject expired = Subject.start(cairn, yaml)) {
            expired.change("v0.2, v0.3, v0.4");
            awaitHolds(expired, "v0.2", "v0.3", "v0.4");
        }
    }

    @Test
    void F19_rollbackToVersionsThatRanBefore(Cairn cairn) throws Exception {
        try (Subject back = Subject.start(cairn, new Yaml.Service("back", "v0.2, v0.3, v0.4"));
                Load load = load(cairn, back)) {
            List<String> survivors = new ArrayList<>(lives(back, "v0.2"));
            survivors.addAll(lives(back, "v0.3"));
            back.change(THREE);
            assertThat(back.answers()).containsExactly("v0.1", "v0.2", "v0.3");
            assertThat(back.lives()).containsAll(survivors);
            awaitHolds(back, "v0.1", "v0.2", "v0.3");
            load.finish(lists("v0.2, v0.3, v0.4", THREE));
        }
    }

    @Test
    void F18_branchMovesAPointerAndTouchesNoContainer(Cairn cairn) throws Exception {
        try (Subject branched = Subject.start(cairn, new Yaml.Service("branched", THREE));
                Load load = load(cairn, branched)) {
            List<String> before = branched.lives();
            List<JsonNode> records = branched.stacks();
            String prod = "branched-prod";
            cairn.kubectl().apply(Yaml.endpoint(prod, "branched", "qa", branched.port("prod")));
            awaitAnswers(branched, "v0.2", "v0.2", "v0.3");
            assertThat(branched.lives()).isEqualTo(before);
            assertThat(branched.stacks()).extracting(s -> s.path("spec")).isEqualTo(specs(records));
            load.finish(lists(THREE, "v0.2, v0.2, v0.3"));
        }
    }

    private static List<JsonNode> specs(List<JsonNode> objects) {
        return objects.stream().map(o -> o.path("spec")).toList();
    }

    @Test
    void F90_hotfixEntersBelowNewerVersionsWhenThatIsAllowed(Cairn cairn) throws Exception {
        String fixed = "v0.1, v0.2, v0.3, v0.4";
        try (Subject hot = Subject.start(cairn, new Yaml.Service("hot", "v0.1, v0.3, v0.4"))) {
            assertThat(cairn.kubectl().refused(hot.yaml().versions(fixed).text()))
                    .contains("EntryOnTop", "v0.2 at position 1", "set versionEntry to Ordered for a hotfix");
            List<String> before = hot.lives();
            hot.change(hot.yaml().spec("versionEntry: Ordered", "retain: {count: 0}"));
            hot.change(fixed);
            assertThat(hot.answers()).containsExactly("v0.1", "v0.2", "v0.3");
            assertThat(hot.lives()).hasSize(8).containsAll(before);
            assertThat(cairn.kubectl().ok("describe", "csvc", "hot"))
                    .contains("v0.2 enters at position 1 and skips dev");
        }
    }

    @Test
    void F47_scalingMakesFullCopiesWithStableNames(Cairn cairn) throws Exception {
        try (Subject scaled = Subject.start(cairn, new Yaml.Service("scaled", THREE));
                Load load = load(cairn, scaled)) {
            List<String> names = scaled.containers().stream().map(Seen::name).toList();
            List<String> first = scaled.containers().stream()
                    .filter(c -> c.stack() == 0)
                    .map(Seen::life)
                    .toList();
            cairn.kubectl().ok("scale", "csvc", "scaled", "--replicas=1");
            patiently("one stack")
                    .untilAsserted(() -> assertThat(scaled.lives()).isEqualTo(first));
            scaled.awaitReady();
            assertThat(scaled.stacks()).hasSize(1);
            cairn.kubectl().ok("scale", "csvc", "scaled", "--replicas=2");
            scaled.awaitReady();
            scaled.assertHolds("v0.1", "v0.2", "v0.3");
            assertThat(scaled.containers()).extracting(Seen::name).isEqualTo(names);
            assertThat(scaled.lives()).containsAll(first);
            assertThat(scaled.answering("prod")).hasSize(2);
            load.finish(lists(THREE));
        }
    }

    private static void available(Cairn cairn, String host, String availability) {
        cairn.kubectl()
                .ok(
                        "patch",
                        "chost",
                        host,
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"availability\":\"" + availability + "\"}}");
    }

    @Test
    void F71_drainedHostIsLeftUnderLoadAndNothingIsPutOnIt(Cairn cairn) throws Exception {
        try (Subject moved = Subject.start(cairn, new Yaml.Service("moved", THREE).stacks(1));
                Load load = load(cairn, moved)) {
            String from = moved.containers().get(0).host();
            String to = from.equals(Engines.FIRST) ? Engines.SECOND : Engines.FIRST;
            available(cairn, from, "Drain");
            try {
                patiently("all on " + to).untilAsserted(() -> {
                    assertThat(moved.containers())
                            .hasSize(3)
                            .allMatch(c -> c.host().equals(to));
                    moved.assertHolds("v0.1", "v0.2", "v0.3");
                });
                moved.awaitReady();
                load.finish(lists(THREE));
                moved.edit(moved.yaml().stacks(2));
                assertThat(cairn.awaitCondition(moved.path(), "Ready", "SpreadStacks"))
                        .contains(from + " not Active");
            } finally {
                available(cairn, from, "Active");
            }
            moved.awaitReady();
            assertThat(moved.containers()).extracting(Seen::host).contains(from, to);
        }
    }

    @Test
    void stackOnALostHostIsMadeAnewElsewhere(Cairn cairn) throws Exception {
        Yaml.Service yaml = new Yaml.Service("refuge", THREE)
                .stacks(1)
                .spec("placement: {rescheduleAfterSeconds: 2}", "retain: {count: 0}");
        try (Subject refuge = Subject.start(cairn, yaml)) {
            String from = refuge.containers().get(0).host();
            cairn.engines().of(from).stop();
            try {
                patiently("answers again")
                        .untilAsserted(() -> assertThat(refuge.answers()).containsExactly("v0.1", "v0.2", "v0.3"));
                refuge.awaitReady();
            } finally {
                cairn.engines().of(from).restart();
            }
            patiently("what came back with the host is gone").untilAsserted(() -> {
                assertThat(refuge.containers())
                        .hasSize(3)
                        .noneMatch(c -> c.host().equals(from));
                refuge.assertHolds("v0.1", "v0.2", "v0.3");
            });
            assertThat(refuge.answers()).containsExactly("v0.1", "v0.2", "v0.3");
        }
    }

    @Test
    void recreateStartsTheSameBitsAnewForEachStage(Cairn cairn) throws Exception {
        Yaml.Service yaml = new Yaml.Service("anew", THREE)
                .spec("promotion: Recreate", "retain: {count: 0}")
                .env("{name: READY_AFTER, value: \"1\"}");
        try (Subject anew = Subject.start(cairn, yaml);
                Load load = load(cairn, anew)) {
            List<String> before = anew.lives();
            anew.change("v0.2, v0.3, v0.4");
            assertThat(anew.answers()).containsExactly("v0.2", "v0.3", "v0.4");
            assertThat(anew.lives()).hasSize(6).doesNotContainAnyElementsOf(before);
            load.finish(lists(THREE, "v0.2, v0.3, v0.4"));
        }
    }

    @Test
    void newContainerMustHaveBeenReadyForAWhile(Cairn cairn) throws Exception {
        try (Subject settled = Subject.start(cairn, new Yaml.Service("settled", THREE))) {
            cairn.kubectl()
                    .ok(
                            "patch",
                            "csvc",
                            "settled",
                            "--type=merge",
                            "-p",
                            "{\"spec\":{\"strategy\":{\"minReadySeconds\":3}}}");
            settled.edit(settled.yaml().versions(THREE + ", v0.4"));
            assertThat(cairn.awaitCondition(settled.path(), "Ready", "Settling"))
                    .contains("v0.4 must have been healthy for 3 s");
            settled.awaitReady();
            settled.assertHolds("v0.1", "v0.2", "v0.3", "v0.4");
        }
    }

    @Test
    void F33_theLeastLoadedHostIsTaken(Cairn cairn) throws Exception {
        Yaml.Service pinned = new Yaml.Service("load0", THREE)
                .stacks(1)
                .spec("placement: {hostNames: [" + Engines.FIRST + "]}", "retain: {count: 0}");
        try (Subject one = Subject.declare(cairn, pinned)) {
            one.awaitReady();
            assertThat(one.containers()).hasSize(3).allMatch(c -> c.host().equals(Engines.FIRST));
            try (Subject other = Subject.declare(cairn, new Yaml.Service("load1", THREE).stacks(1))) {
                other.awaitReady();
                assertThat(other.containers()).hasSize(3).allMatch(c -> c.host().equals(Engines.SECOND));
            }
        }
    }
}
