package dev.cairn.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.port.Samples;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentityTest {
    private static final HostView SEEN = new HostView(null, "NEW", "20.10", List.of(), Map.of(), Set.of(80));

    private static Host host(String... ids) {
        return new Host(
                "docker01",
                "unix:///a.sock",
                "127.0.0.1",
                1,
                2,
                false,
                Host.Availability.ACTIVE,
                Map.of(),
                null,
                Set.of(ids));
    }

    private static Desired desired(String stackOn) {
        ServiceStack stack = new ServiceStack(
                Samples.key("webapp-stack0"),
                1,
                "1",
                Samples.key("webapp"),
                0,
                stackOn,
                0,
                0,
                null,
                List.of(),
                null,
                false,
                false);
        return new Desired(Samples.key("other"), null, List.of(), List.of(stack), List.of(), List.of());
    }

    @Test
    void anotherEngineIsUnknownWhileStacksOfTheOldOneAreRecorded() {
        HostView view = Identity.check(host("OLD"), SEEN, desired("docker01"));
        assertThat(view.known()).isFalse();
        assertThat(view.changed()).isTrue();
        assertThat(view.takenPorts()).isEmpty();
        assertThat(view.trouble())
                .isEqualTo(
                        "host docker01: the engine at unix:///a.sock is another one than before (its id is NEW), and 1"
                                + " ServiceStacks such as default/webapp-stack0 were started on the old one: correct"
                                + " spec.docker.url, or start them on this engine with kubectl annotate hosts.cairn.dev"
                                + " docker01 --overwrite cairn.dev/accept-engine=NEW");
    }

    @Test
    void engineIsTakenWhenItIsKnownOrAcceptedOrNothingIsLost() {
        assertThat(Identity.check(host("NEW"), SEEN, desired("docker01"))).isSameAs(SEEN);
        assertThat(Identity.check(host("OLD", "NEW"), SEEN, desired("docker01")))
                .isSameAs(SEEN);
        assertThat(Identity.check(host(), SEEN, desired("docker01"))).isSameAs(SEEN);
        assertThat(Identity.check(host("OLD"), SEEN, desired("docker02"))).isSameAs(SEEN);
    }

    @Test
    void hostThatDoesNotAnswerStaysWhatItIs() {
        HostView away = HostView.unknown("away");
        assertThat(Identity.check(host("OLD"), away, desired("docker01"))).isSameAs(away);
        assertThat(away.changed()).isFalse();
    }
}
