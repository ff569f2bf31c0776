package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is told of the state: pointers, use, drift. */
@ExtendWith(CairnExtension.class)
final class StateTest {
    @Test
    void F09_pointerThatIsTooHighIsWarnedOfAndNotRoutedAndOneThatIsUsedCannotBeTakenAway(Cairn cairn)
            throws IOException {
        int port = Subject.freePort();
        String path = Cairn.endpointPath("pointed-top");
        try (Subject pointed = Subject.start(cairn, new Yaml.Service("pointed", "v0.1, v0.2, v0.3"))) {
            try {
                Kubectl.Result applied = cairn.kubectl()
                        .run(
                                Yaml.endpoint("pointed-top", "pointed", "prod", port)
                                        .replace("stage: prod", "position: 3"),
                                "apply",
                                "-f",
                                "-");
                assertThat(applied.code()).isZero();
                assertThat(applied.err()).contains("Warning: ", "pointed-top", "position 3");
                cairn.awaitCondition(path, "Ready", "False");
                patiently("nobody behind it")
                        .until(() -> Web.get(cairn.proxyAddress(), port, "/").status() == 503);

                pointed.change("v0.1, v0.2, v0.3, v0.4");
                cairn.awaitCondition(path, "Ready", "True");
                assertThat(Web.get(cairn.proxyAddress(), port, "/").version()).isEqualTo("v0.4");
                String refusal = cairn.kubectl()
                        .refused(pointed.yaml().versions("v0.2, v0.3, v0.4").text());
                assertThat(refusal).contains("StackHeight", "pointed-top", "position 3");

                assertThat(pointed.resource().path("status").path("trees").asInt())
                        .isEqualTo(4);
                assertThat(pointed.resource().path("status").path("usedBy"))
                        .extracting(JsonNode::asText)
                        .containsExactly("pointed-dev", "pointed-prod", "pointed-qa", "pointed-top");
            } finally {
                cairn.api().delete(path);
            }
        }
    }

    @Test
    void F24_F53_whatIsBrokenBehindTheOperatorsBackIsToldCountedAndRepaired(Cairn cairn) throws IOException {
        try (Subject broken = Subject.start(cairn, new Yaml.Service("broken", "v0.1, v0.2, v0.3"))) {
            double missing = cairn.drift("missing");
            Seen victim = broken.container(1, "v0.2");
            cairn.engines().remove(victim);
            patiently("drift counted").until(() -> cairn.drift("missing") == missing + 1);
            patiently("repaired").untilAsserted(() -> broken.assertHolds("v0.1", "v0.2", "v0.3"));
            patiently("told")
                    .untilAsserted(
                            () -> assertThat(cairn.events("broken")).contains("ContainerMissing", victim.name()));

            double record = cairn.drift("record");
            String stack = Api.path("default", "servicestacks") + "/broken-stack1";
            JsonNode before = cairn.api().get(stack).body().path("spec");
            cairn.operatorsApi().patch(stack, "{\"spec\":{\"containers\":[]}}");
            patiently("drift counted").until(() -> cairn.drift("record") == record + 1);
            patiently("put back")
                    .untilAsserted(
                            () -> assertThat(cairn.api().get(stack).body().path("spec"))
                                    .isEqualTo(before));
            patiently("told of")
                    .untilAsserted(() -> assertThat(cairn.events("broken"))
                            .contains("RecordRepaired", "somebody else changed the record"));
            broken.awaitReady();
        }
    }

    @Test
    void F39_showIsATableAndATreeAndFindsByWildcards(Cairn cairn) throws IOException {
        try (Subject shown = Subject.start(cairn, new Yaml.Service("shown", "v0.1, v0.2, v0.3"))) {
            assertThat(cairn.cairn("show", "sho*"))
                    .containsPattern("shown +prod=v0.1 qa=v0.2 dev=v0.3 +2/2 +True")
                    .containsPattern("shown-qa +shown +qa +v0.2 +http://\\S+/ +True")
                    .containsPattern("(?m)^ +1 +qa +v0.2 +shown-stack1-app2 +healthy .* <- shown-qa$");
            assertThat(cairn.cairn("show", "*-stack1-app3"))
                    .contains("shown-stack1")
                    .doesNotContain("shown-stack1-app2");
            assertThat(cairn.cairn("show", "e2e02")).contains("e2e02").doesNotContain("e2e01");
            assertThat(cairn.cairn("show", "nothing-*")).doesNotContain("shown");
        }
    }
}
