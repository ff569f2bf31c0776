package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How changes go over the stacks, wait, are told of afterwards, and are tried again. */
@ExtendWith(CairnExtension.class)
final class ChangesTest {
    private static String annotate(Cairn cairn, Subject subject, String annotation) {
        return cairn.kubectl().ok("annotate", "--overwrite", "services.cairn.dev", subject.name(), annotation);
    }

    @Test
    void F54_F86_changesWaitWhileTheServiceIsPausedAndAreRememberedAfterwards(Cairn cairn) throws IOException {
        Yaml.Service yaml = new Yaml.Service("held", "v0.1, v0.2, v0.3");
        try (Subject held = Subject.start(cairn, yaml)) {
            List<String> before = held.lives();
            held.edit(yaml.versions("v0.2, v0.3, v0.4").spec("retain: {count: 0}", "paused: true"));
            String message = cairn.awaitCondition(held.path(), "Stalled", "Paused");
            assertThat(message).contains("the change to [v0.2, v0.3, v0.4] waits until spec.paused is false");
            assertThat(held.lives()).isEqualTo(before);
            // What runs is healed all the same.
            Seen victim = held.container(0, "v0.3");
            cairn.engines()
                    .of(victim.host())
                    .client()
                    .killContainerCmd(victim.id())
                    .exec();
            patiently("it runs again")
                    .until(() -> held.answers().equals(List.of("v0.1", "v0.2", "v0.3"))
                            && held.container(0, "v0.3").running());
            annotate(cairn, held, "kubernetes.io/change-cause=ticket 42");
            held.change(yaml.versions("v0.2, v0.3, v0.4"));
            patiently("the change told of")
                    .until(() -> held.resource().path("status").path("history").size() == 2);
            JsonNode last = held.resource().path("status").path("history").get(0);
            assertThat(last.path("outcome").asText()).isEqualTo("Committed");
            assertThat(last.path("from").asText()).isEqualTo("v0.1,v0.2,v0.3");
            assertThat(last.path("to").asText()).isEqualTo("v0.2,v0.3,v0.4");
            assertThat(last.path("cause").asText()).isEqualTo("ticket 42");
            assertThat(last.path("by").asText()).startsWith("kubectl");
            assertThat(last.path("milliseconds").asLong()).isPositive();
            assertThat(cairn.kubectl().ok("describe", "services.cairn.dev", held.name()))
                    .contains("ChangeOver", "ticket 42");
        }
    }

    @Test
    void F46_oneStackGoesFirstAndUnderLoadNoRequestFails(Cairn cairn) throws IOException, InterruptedException {
        Yaml.Service yaml = new Yaml.Service("first", "v0.1, v0.2, v0.3")
                .spec("retain: {count: 0}")
                .inTurn(4);
        try (Subject first = Subject.start(cairn, yaml)) {
            Set<Set<String>> seen = new java.util.HashSet<>();
            try (Load load = Load.start(cairn, first, 1, Duration.ofMillis(20), "/")) {
                first.edit(yaml.versions("v0.2, v0.3, v0.4"));
                patiently("the new list on all stacks").until(() -> {
                    seen.add(new TreeSet<>(first.answering("prod")));
                    return first.versions(1).equals(List.of("v0.2", "v0.3", "v0.4"));
                });
                first.awaitReady();
                load.finishInAnyOrder(List.of(List.of("v0.1", "v0.2", "v0.3"), List.of("v0.2", "v0.3", "v0.4")));
            }
            assertThat(seen)
                    .as("both at once, each from a stack of its own")
                    .contains(Set.of("first-stack0-app2", "first-stack1-app1"));
            assertThat(first.answers()).containsExactly("v0.2", "v0.3", "v0.4");
        }
    }

    @Test
    void F21_whatFailsOnTheFirstStackTouchesNoOtherAndIsTriedAgainWhenAsked(Cairn cairn) throws IOException {
        Yaml.Service yaml = new Yaml.Service("refused", "v0.1, v0.2, v0.3")
                .deadline(6)
                .spec("retain: {count: 0}")
                .inTurn(0);
        try (Subject refused = Subject.start(cairn, yaml)) {
            List<String> before = refused.lives();
            try (Engines.Births births = cairn.engines().births()) {
                refused.edit(yaml.versions("v0.2, v0.3, " + Cairn.EXITS));
                String message = cairn.awaitCondition(refused.path(), "Stalled", "ChangeFailed");
                assertThat(message).contains("exits with code 1", "it is tried again at ");
                patiently("what was started for it gone")
                        .until(() -> refused.lives().equals(before));
                assertThat(births.of("refused")).allMatch(name -> name.startsWith("refused-stack0-"));
            }
            JsonNode last = refused.resource().path("status").path("history").get(0);
            assertThat(last.path("outcome").asText()).isEqualTo("Failed");
            assertThat(last.path("message").asText()).contains("exits with code 1");
            assertThat(refused.answers()).containsExactly("v0.1", "v0.2", "v0.3");
        }
    }
}
