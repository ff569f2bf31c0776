package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.adapters.docker.PrivateEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts that are too few, unknown, unreachable or lost for a while, and ports that somebody else has. */
@ExtendWith(CairnExtension.class)
final class HostsTest {
    @Test
    void F11_F60_stacksWithoutAHostOfTheirOwnWaitForOneWhichIsAddedLive(Cairn cairn) throws IOException {
        long operator = cairn.operator().pid();
        PrivateEngine engine = cairn.engines().of(Engines.FIRST);
        try (Subject spread = Subject.declare(cairn, new Yaml.Service("spread", "v0.1").stacks(3))) {
            String message = cairn.awaitCondition(spread.path(), "Ready", "SpreadStacks");
            assertThat(message).contains("stacks is 3", "the only Hosts are e2e01, e2e02", "add 1 Host");
            // A third Host on an engine that is there already: it counts as a Host and is reported as shared.
            cairn.kubectl()
                    .apply(Yaml.host("e2e03", engine.url(), engine.address())
                            .replace("{first: 20000, last: 24999}", "{first: 25000, last: 25999}"));
            spread.awaitReady();
            spread.change("v0.1");
            assertThat(spread.stacks())
                    .extracting(s -> s.path("spec").path("hostName").asText())
                    .containsExactlyInAnyOrder("e2e01", "e2e02", "e2e03");
            assertThat(spread.containers()).hasSize(9).allMatch(Seen::running);
            cairn.awaitCondition(Cairn.hostPath("e2e03"), "EngineShared", "True");
            assertThat(cairn.operator().pid()).as("the operator's process").isEqualTo(operator);
        } finally {
            cairn.kubectl().ok("delete", "hosts.cairn.dev", "e2e03", "--timeout=60s");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unix:///no/such.sock   | there is no socket unix:///no/such.sock",
                "tcp://127.0.0.1:1      | nothing listens at tcp://127.0.0.1:1",
                "tcp://nowhere.invalid:2375 | the name in tcp://nowhere.invalid:2375 is not known",
            })
    void unreachableHostIsToldAndTheOthersGoOn(String url, String problem, Cairn cairn) throws IOException {
        cairn.kubectl().apply(Yaml.host("nowhere", url, "127.0.0.1"));
        try (Subject other = Subject.declare(cairn, new Yaml.Service("elsewhere", "v0.1"))) {
            String message = cairn.awaitCondition(Cairn.hostPath("nowhere"), "Ready", "False");
            assertThat(message).contains("host nowhere", problem);
            other.awaitReady();
            assertThat(other.containers()).hasSize(6).allMatch(Seen::running);
        } finally {
            cairn.kubectl().ok("delete", "hosts.cairn.dev", "nowhere", "--timeout=60s");
        }
    }

    @Test
    void takenPortIsToldAndTheOtherEndpointsGoOn(Cairn cairn) throws IOException {
        int port = Subject.freePort();
        ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName(cairn.proxyAddress()));
        try (taken;
                Subject bystander = Subject.declare(cairn, new Yaml.Service("bystander", "v0.1").stacks(1));
                Subject ported = Subject.start(cairn, new Yaml.Service("ported", "v0.1, v0.2, v0.3").stacks(1))) {
            cairn.kubectl().apply(Yaml.endpoint("ported-other", "ported", "prod", port));
            String message = cairn.awaitCondition(Cairn.endpointPath("ported-other"), "Ready", "PortTaken");
            assertThat(message).contains("port " + port, "taken by another process", "choose another spec.port");
            assertThat(ported.answers()).containsExactly("v0.1", "v0.2", "v0.3");
            bystander.change(bystander.yaml().versions("v0.1, v0.1, v0.2"));
            bystander.assertHolds("v0.1", "v0.1", "v0.2");
            taken.close();
            cairn.awaitCondition(Cairn.endpointPath("ported-other"), "Ready", "True");
            assertThat(Web.get(cairn.proxyAddress(), port, "/").version()).isEqualTo("v0.1");
            cairn.api().delete(Cairn.endpointPath("ported-other"));
        }
    }

    @Test
    void engineStoppedInsideAChangeIsWaitedForAndTheChangeGoesOn(Cairn cairn) throws IOException {
        PrivateEngine engine = cairn.engines().of(Engines.SECOND);
        try (Subject lasting = Subject.start(cairn, new Yaml.Service("lasting", "v0.1, v0.2, v0.3"))) {
            List<String> onFirst = lasting.containers().stream()
                    .filter(c -> c.host().equals(Engines.FIRST))
                    .map(Seen::life)
                    .toList();
            lasting.edit(lasting.yaml().versions("v0.2, v0.3, v0.4"));
            patiently("the change begun")
                    .until(() -> lasting.stacks().get(0).path("spec").has("next"));
            engine.stop();
            cairn.awaitCondition(Cairn.hostPath(Engines.SECOND), "Ready", "False");
            // Meanwhile the other host serves.
            patiently("only the other host answering").until(() -> {
                for (String stage : Subject.STAGES) {
                    for (int i = 0; i < 4; i++) {
                        assertThat(lasting.ask(stage).status()).isEqualTo(200);
                    }
                }
                return true;
            });
            engine.restart();
            cairn.awaitCondition(Cairn.hostPath(Engines.SECOND), "Ready", "True");
            lasting.change("v0.2, v0.3, v0.4");
            lasting.assertHolds("v0.2", "v0.3", "v0.4");
            patiently("both hosts answering")
                    .until(() -> lasting.answering("prod").size() == 2);
            assertThat(lasting.answers()).containsExactly("v0.2", "v0.3", "v0.4");
            assertThat(lasting.lives()).containsAll(onFirst.subList(1, 3));
        }
    }
}
