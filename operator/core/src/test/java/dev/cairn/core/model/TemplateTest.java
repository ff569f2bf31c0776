package dev.cairn.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {
    private static final Template PLAIN = new Template(
            List.of("/bin/serve"),
            List.of("-p", "80"),
            Map.of("LEVEL", "debug"),
            List.of(new Template.Port("http", 80)),
            new Probe("/ready", 80, 0, 1, 1, 3),
            30);

    private static Template with(
            List<String> secrets, ImagePull.Policy policy, Resources resources, Security security) {
        return new Template(
                PLAIN.command(),
                PLAIN.args(),
                PLAIN.env(),
                PLAIN.ports(),
                PLAIN.readinessProbe(),
                PLAIN.terminationGracePeriodSeconds(),
                secrets,
                policy,
                resources,
                security);
    }

    @Test
    void hashOfWhatWasStartedBeforeThereWereMoreSettingsIsTheSame() {
        assertThat(PLAIN.hash())
                .as("a container that was labelled by an older Cairn would be replaced")
                .isEqualTo("a77d5fdb7f");
    }

    @Test
    void everySettingChangesTheHash() {
        Resources limited = new Resources(1, 0, 0, 0);
        Security user = new Security(1L, null, false, false, false, List.of(), List.of());
        assertThat(List.of(
                        PLAIN.hash(),
                        with(List.of("a"), ImagePull.Policy.IF_NOT_PRESENT, Resources.NONE, Security.NONE)
                                .hash(),
                        with(List.of(), ImagePull.Policy.ALWAYS, Resources.NONE, Security.NONE)
                                .hash(),
                        with(List.of(), ImagePull.Policy.IF_NOT_PRESENT, limited, Security.NONE)
                                .hash(),
                        with(List.of(), ImagePull.Policy.IF_NOT_PRESENT, Resources.NONE, user)
                                .hash()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aPortIsFoundByItsNameOrItsNumberAndByNothingElse() {
        Template.Port http = new Template.Port("http", 80);
        assertThat(PLAIN.port("http")).contains(http);
        assertThat(PLAIN.port("80")).contains(http);
        assertThat(PLAIN.port("8")).isEmpty();
        assertThat(PLAIN.port("metrics")).isEmpty();
    }
}
