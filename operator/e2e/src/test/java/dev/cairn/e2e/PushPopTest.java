package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** One service goes through its releases; each test goes on where the one before has ended. */
@ExtendWith(CairnExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
final class PushPopTest {
    private Cairn cairn;
    private Subject shop;

    @BeforeAll
    void start(Cairn environment) {
        cairn = environment;
        shop = Subject.start(cairn, new Yaml.Service("shop", "v0.1, v0.2, v0.3"));
    }

    @AfterAll
    void remove() throws IOException {
        shop.close();
    }

    @Test
    void F14_pushStartsOnEveryStackAndLeavesProductionAlone() throws IOException {
        List<String> before = shop.lives();
        shop.change("v0.1, v0.2, v0.3, v0.4");
        shop.assertHolds("v0.1", "v0.2", "v0.3", "v0.4");
        assertThat(shop.containers()).hasSize(8);
        assertThat(shop.lives()).containsAll(before);
        // The fourth version answers nowhere.
        for (String stage : Subject.STAGES) {
            assertThat(shop.answering(stage))
                    .doesNotContain(shop.container(0, "v0.4").name());
        }
        assertThat(shop.answers()).containsExactly("v0.1", "v0.2", "v0.3");
    }

    @Test
    void F15_popPromotesAllStagesWithoutARestart() throws IOException {
        List<String> survivors = shop.containers().stream()
                .filter(c -> !c.version().equals("v0.1"))
                .map(Seen::life)
                .toList();
        assertThat(survivors).hasSize(6);
        shop.change("v0.2, v0.3, v0.4");
        assertThat(shop.answers()).containsExactly("v0.2", "v0.3", "v0.4");
        assertThat(shop.lives()).containsExactlyInAnyOrderElementsOf(survivors);
        shop.assertHolds("v0.2", "v0.3", "v0.4");
    }

    @Test
    void F16_popAtMinimumHeightIsRefusedAndTouchesNothing() throws IOException {
        List<String> before = shop.lives();
        List<JsonNode> records = shop.stacks();
        String message =
                cairn.kubectl().refused(shop.yaml().versions("v0.3, v0.4").text());
        assertThat(message).contains("StackHeight", "Service default/shop", "[v0.2, v0.3, v0.4");
        assertThat(shop.resource().path("spec").path("versions")).hasSize(3);
        assertThat(shop.lives()).isEqualTo(before);
        assertThat(shop.stacks()).isEqualTo(records);
    }

    @Test
    void F17_replaceByANeighboursVersionStartsOneContainerPerStack() throws IOException {
        List<String> kept = shop.containers().stream()
                .filter(c -> !c.version().equals("v0.3"))
                .map(Seen::life)
                .toList();
        shop.change("v0.2, v0.2, v0.4");
        assertThat(shop.answers()).containsExactly("v0.2", "v0.2", "v0.4");
        assertThat(shop.lives()).hasSize(6).containsAll(kept);
        shop.assertHolds("v0.2", "v0.2", "v0.4");
    }

    @Test
    void F68_changeOfOneOfFiveLeavesTheOthersAlone() throws IOException {
        try (Subject five = Subject.declare(cairn, new Yaml.Service("five", "v0.1, v0.2, v0.3, v0.4, v0.5"))) {
            five.awaitReady();
            List<String> others = five.containers().stream()
                    .filter(c -> !c.version().equals("v0.3"))
                    .map(Seen::life)
                    .toList();
            five.change("v0.1, v0.2, v0.2, v0.4, v0.5");
            five.assertHolds("v0.1", "v0.2", "v0.2", "v0.4", "v0.5");
            assertThat(five.lives()).hasSize(10).containsAll(others);
        }
    }

    @Test
    void F08_oneVersionFillsTheStackAndApplyingItAgainChangesNothing() throws IOException {
        try (Subject filled = Subject.declare(cairn, new Yaml.Service("filled", "v0.1"))) {
            filled.awaitReady();
            filled.assertHolds("v0.1", "v0.1", "v0.1");
            List<String> before = filled.lives();
            List<JsonNode> records = filled.stacks();
            assertThat(cairn.kubectl().apply(filled.yaml().text())).contains("unchanged");
            // A restart looks at everything anew and must find nothing to do; the deadline only shows that it has
            // looked.
            cairn.restartOperator();
            filled.change(filled.yaml().deadline(61));
            assertThat(filled.lives()).isEqualTo(before);
            assertThat(specs(filled.stacks())).isEqualTo(specs(records));
        }
    }

    private static List<JsonNode> specs(List<JsonNode> objects) {
        return objects.stream().map(o -> o.path("spec")).toList();
    }
}
