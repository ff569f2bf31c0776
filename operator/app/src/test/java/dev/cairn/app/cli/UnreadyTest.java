package dev.cairn.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.api.ServiceResource;
import dev.cairn.app.source.FolderState.Pending;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnreadyTest {
    private static final Unready WAITING = new Unready("Service a", "Starting", "1 of 2 stacks are healthy", false);
    private static final Unready STALLED = new Unready("Service b", "ImageNotFound", "no image b:1", true);

    private final Instant start = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void tellsWhatIsNotReady() {
        assertThat(Unready.of(Samples.snapshot()))
                .containsExactly(new Unready("Service webapp", "Converging", "start webapp-stack1-app4 v0.4", false));
    }

    @Test
    void readyForAnOlderDeclarationIsNotReady() {
        ServiceResource service = Samples.read(
                Samples.WEBAPP
                        .replace("generation: 2", "generation: 3")
                        .replace("observedGeneration: 3", "observedGeneration: 2")
                        .replace("Ready, status: \"False\"", "Ready, status: \"True\""),
                ServiceResource.class);
        assertThat(Unready.check(service, service.getStatus().conditions(), 2L))
                .get()
                .extracting(Unready::reason)
                .isEqualTo("NotSeenYet");
        assertThat(Unready.check(service, service.getStatus().conditions(), 3L)).isEmpty();
    }

    @Test
    void theReasonIsSaidOnce() {
        assertThat(WAITING).hasToString("Service a: Starting: 1 of 2 stacks are healthy");
        assertThat(new Unready("Service a", "StackHeight", "StackHeight: Service a is low", true))
                .hasToString("Service a: StackHeight: Service a is low");
        assertThat(new Unready("Service a", "Starting", "", false)).hasToString("Service a: Starting");
    }

    @Test
    void whatSaysTheSameForTooLongIsStuck() {
        Stuck stuck = new Stuck(Duration.ofSeconds(60));
        assertThat(stuck.look(List.of(WAITING), start)).isEmpty();
        assertThat(stuck.look(List.of(WAITING), start.plusSeconds(59))).isEmpty();
        assertThat(stuck.look(List.of(WAITING), start.plusSeconds(60))).containsExactly(WAITING);
    }

    @Test
    void newsCountAnew() {
        Stuck stuck = new Stuck(Duration.ofSeconds(60));
        Unready later = new Unready("Service a", "Starting", "2 of 3 stacks are healthy", false);
        stuck.look(List.of(WAITING), start);
        stuck.look(List.of(later), start.plusSeconds(50));
        assertThat(stuck.look(List.of(later), start.plusSeconds(100))).isEmpty();
        assertThat(stuck.look(List.of(WAITING), start.plusSeconds(105))).isEmpty();
        assertThat(stuck.look(List.of(WAITING), start.plusSeconds(110)))
                .as("this was said before, so it is no news")
                .containsExactly(WAITING);
    }

    @Test
    void whatWasReadyInBetweenStartsAnew() {
        Stuck stuck = new Stuck(Duration.ofSeconds(60));
        stuck.look(List.of(WAITING), start);
        stuck.look(List.of(), start.plusSeconds(50));
        assertThat(stuck.look(List.of(WAITING), start.plusSeconds(100))).isEmpty();
    }

    @Test
    void whatHasStalledIsStuckSooner() {
        Stuck stuck = new Stuck(Duration.ofSeconds(60));
        stuck.look(List.of(WAITING, STALLED), start);
        assertThat(stuck.look(List.of(WAITING, STALLED), start.plusSeconds(1))).isEmpty();
        assertThat(stuck.look(List.of(WAITING, STALLED), start.plus(Stuck.STALLED)))
                .containsExactly(WAITING, STALLED);
    }

    @Test
    void progressInOneLine() {
        Snapshot snapshot = Samples.snapshot();
        assertThat(Progress.line(snapshot, List.of(), Unready.of(snapshot)))
                .isEqualTo("containers 2/8 ready; waits for Service webapp: Converging: start webapp-stack1-app4 v0.4");
        Pending pending = new Pending("x/a.yaml: Service default/a", "", false);
        assertThat(Progress.line(snapshot, List.of(pending, pending), List.of()))
                .isEqualTo("containers 2/8 ready; to apply: x/a.yaml: Service default/a (and 1 more)");
        assertThat(Progress.line(snapshot, List.of(), List.of())).isEqualTo("containers 2/8 ready");
    }
}
