package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.cairn.core.model.Container.Phase;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SeenTest {
    @Test
    void containerThatIsBeingRemovedIsNotDeadYet() throws Exception {
        Seen leaving = seen("removing", Instant.now());
        assertThat(leaving.phase()).isEqualTo(Phase.LEAVING);
        assertThat(leaving.startedAt()).as("no deadline counts for it").isNull();
    }

    @Test
    void containerWhoseRemovalHangsIsDead() throws Exception {
        assertThat(seen("removing", Instant.now().minusSeconds(31)).phase()).isEqualTo(Phase.EXITED);
        assertThat(seen("dead", Instant.now()).phase()).isEqualTo(Phase.EXITED);
        assertThat(seen("exited", Instant.now()).phase()).isEqualTo(Phase.EXITED);
    }

    private static Seen seen(String status, Instant finishedAt) throws JsonProcessingException {
        String json = """
                {"Id": "a", "Name": "/web", "State": {"Status": "%s", "StartedAt": "2026-01-01T00:00:00Z", "FinishedAt": "%s"}}
                """.formatted(status, finishedAt);
        return Seen.of(new ObjectMapper().readValue(json, InspectContainerResponse.class));
    }
}
