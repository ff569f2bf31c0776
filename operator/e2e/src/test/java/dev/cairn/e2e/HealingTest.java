package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens behind the product's back is put right, and nothing else is touched by that. */
@ExtendWith(CairnExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HealingTest {
    private Cairn cairn;
    private Subject healed;

    @BeforeAll
    void start(Cairn environment) {
        cairn = environment;
        healed = Subject.start(cairn, new Yaml.Service("healed", "v0.1, v0.2, v0.3"));
    }

    @AfterAll
    void remove() throws IOException {
        healed.close();
    }

    private List<String> livesWithout(Seen victim) {
        return healed.containers().stream()
                .filter(c -> !c.id().equals(victim.id()))
                .map(Seen::life)
                .toList();
    }

    /** All as declared again, with another container or another process in the place of the victim. */
    private void awaitHealed(Seen victim, List<String> others) {
        patiently(victim.name() + " healed").until(() -> {
            healed.assertHolds("v0.1", "v0.2", "v0.3");
            assertThat(healed.lives()).containsAll(others).doesNotContain(victim.life());
            assertThat(healed.answering("prod")).hasSize(2);
            return true;
        });
        healed.awaitReady();
    }

    @Test
    void F23_killedProcessRunsAgain() {
        Seen victim = healed.container(0, "v0.1");
        List<String> others = livesWithout(victim);
        ProcessHandle.of(victim.pid()).orElseThrow().destroyForcibly();
        awaitHealed(victim, others);
    }

    @Test
    void F23_containerKilledByHandRunsAgain() {
        Seen victim = healed.container(1, "v0.1");
        List<String> others = livesWithout(victim);
        cairn.engines().of(victim.host()).client().killContainerCmd(victim.id()).exec();
        awaitHealed(victim, others);
    }

    @Test
    void F23_removedContainerComesBack() {
        Seen victim = healed.container(0, "v0.1");
        List<String> others = livesWithout(victim);
        cairn.engines().remove(victim);
        awaitHealed(victim, others);
    }

    @Test
    void F23_strayIsRemoved() throws IOException {
        Seen model = healed.container(0, "v0.2");
        List<String> before = healed.lives();
        Map<String, String> labels = new TreeMap<>(model.labels());
        labels.put("cairn.dev/n", "4711");
        var docker = cairn.engines().of(model.host()).client();
        String stray = docker.createContainerCmd("webapp:v0.2")
                .withName("healed-stack0-app4711")
                .withLabels(labels)
                .exec()
                .getId();
        docker.startContainerCmd(stray).exec();
        patiently("the stray gone").until(() -> healed.containers().stream().noneMatch(c -> c.id().equals(stray)));
        healed.awaitReady();
        assertThat(healed.lives()).isEqualTo(before);
        // Its number is used up: a container of that name must never be taken for a new one.
        assertThat(healed.stacks().get(0).path("spec").path("lastContainer").asInt())
                .isGreaterThanOrEqualTo(4711);
    }
}
