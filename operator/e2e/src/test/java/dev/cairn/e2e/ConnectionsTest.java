package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.adapters.testing.WebSocketConnection;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections that outlive the version which they reached: who is told of them, and how they end. */
@ExtendWith(CairnExtension.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ConnectionsTest {
    private static final int SHORT = 5;
    private static final int LONG = 600;

    private Cairn cairn;

    @BeforeEach
    void setUp(Cairn given) {
        cairn = given;
    }

    /** Three versions above the one that is about to be popped. */
    private Subject start(String name, int drain, String retain) {
        Yaml.Service yaml = new Yaml.Service(name, "v0.1, v0.2, v0.3, v0.4")
                .stacks(1)
                .drain(drain)
                .spec("retain: " + retain);
        return Subject.start(cairn, yaml);
    }

    private WebSocketConnection connect(Subject subject) throws IOException {
        WebSocketConnection socket = WebSocketConnection.open(cairn.proxyAddress(), subject.port("prod"), "/websocket");
        assertThat(new Web.Answer(200, socket.receive()).version()).isEqualTo("v0.1");
        return socket;
    }

    private static void assertEchoes(WebSocketConnection socket, String text) throws IOException {
        socket.send(text);
        assertThat(socket.receive()).isEqualTo(text);
    }

    private void awaitTold(Subject subject, String regex) {
        patiently("the status says who is connected").until(() -> {
            JsonNode service = subject.resource();
            JsonNode reconciling = Cairn.condition(service, "Reconciling");
            return reconciling.path("status").asText().equals("True")
                    && reconciling.path("reason").asText().equals("Draining")
                    && reconciling.path("message").asText().matches(regex)
                    && Cairn.condition(service, "Ready").path("status").asText().equals("False")
                    && Cairn.condition(service, "Stalled")
                            .path("status")
                            .asText()
                            .equals("False");
        });
    }

    @Test
    void F29_theStatusSaysWhoIsStillConnectedAndTheLastOneToLeaveLetsTheContainerGo() throws IOException {
        try (Subject subject = start("leaving", LONG, "{count: 0}");
                WebSocketConnection first = connect(subject);
                WebSocketConnection second = connect(subject)) {
            subject.edit(subject.yaml().versions("v0.2, v0.3, v0.4"));
            String until = ", removed by 20[0-9-]+T[0-9:]+Z at the latest";
            awaitTold(subject, "draining: 2 connections at leaving-stack0-app1" + until);
            assertThat(subject.answers()).containsExactly("v0.2", "v0.3", "v0.4");
            assertEchoes(first, "one");
            first.end();
            awaitTold(subject, "draining: 1 connection at leaving-stack0-app1" + until);
            assertEchoes(second, "two");
            second.end();
            subject.awaitReady();
            subject.assertHolds("v0.2", "v0.3", "v0.4");
        }
    }

    @Test
    void F23_F29_whoeverTakesItsGraceToEndHoldsUpNoHealingAndNoRelease() throws IOException {
        Yaml.Service yaml =
                new Yaml.Service("graceful", "v0.1, v0.2, v0.3, v0.4").stacks(1).grace(LONG);
        try (Subject subject = Subject.start(cairn, yaml);
                Socket slow = new Socket(cairn.proxyAddress(), subject.port("prod"))) {
            slow.getOutputStream()
                    .write("GET /slow?seconds=300 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Seen ending = subject.container(0, "v0.1");
            subject.edit(yaml.versions("v0.2, v0.3, v0.4"));
            String told = cairn.awaitCondition(subject.path(), "Reconciling", "Ending");
            assertThat(told).isEqualTo("told to end and not gone yet: graceful-stack0-app1 on " + ending.host());

            Seen victim = subject.container(0, "v0.3");
            cairn.engines().remove(victim);
            patiently("the other one is back")
                    .until(() -> subject.containers().stream()
                            .anyMatch(c -> c.version().equals("v0.3") && !c.id().equals(victim.id())));
            subject.edit(yaml.versions("v0.3, v0.4, v0.5"));
            patiently("the release is out").until(() -> subject.answers().equals(List.of("v0.3", "v0.4", "v0.5")));
            assertThat(subject.container(0, "v0.1").life()).isEqualTo(ending.life());

            cairn.engines()
                    .of(ending.host())
                    .client()
                    .killContainerCmd(ending.id())
                    .exec();
            subject.awaitReady();
            subject.assertHolds("v0.3", "v0.4", "v0.5");
        }
    }

    @Test
    void F29_F89_whatIsKeptForAnUndoLosesItsConnectionsAtTheDrainBoundAndNothingElse() throws IOException {
        try (Subject subject = start("warm", SHORT, "{count: 1}");
                WebSocketConnection socket = connect(subject)) {
            String kept = subject.container(0, "v0.1").life();
            long popped = System.nanoTime();
            subject.edit(subject.yaml().versions("v0.2, v0.3, v0.4"));
            awaitTold(
                    subject, "draining: 1 connection at warm-stack0-app1, closed by 20[0-9-]+T[0-9:]+Z at the latest");
            assertThatThrownBy(() -> {
                        while (true) {
                            assertEchoes(socket, "still here");
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(System.nanoTime() - popped).isGreaterThan(TimeUnit.SECONDS.toNanos(SHORT));
            subject.awaitReady();
            Cairn.patiently("told of")
                    .untilAsserted(() -> assertThat(cairn.events("warm"))
                            .contains("ConnectionsClosed", "disconnect warm-stack0-app1"));

            subject.change("v0.1, v0.2, v0.3, v0.4");
            assertThat(subject.container(0, "v0.1").life()).isEqualTo(kept);
            try (WebSocketConnection again = connect(subject)) {
                assertEchoes(again, "back");
            }
        }
    }

    @Test
    void F29_aConnectionGoesOnWhereAnUndoComesFirst() throws IOException {
        try (Subject subject = start("undone", LONG, "{count: 1}");
                WebSocketConnection socket = connect(subject)) {
            subject.edit(subject.yaml().versions("v0.2, v0.3, v0.4"));
            awaitTold(subject, "draining: 1 connection at undone-stack0-app1, closed by .*");
            subject.change("v0.1, v0.2, v0.3, v0.4");
            assertEchoes(socket, "as if nothing had been");
            socket.end();
        }
    }
}
