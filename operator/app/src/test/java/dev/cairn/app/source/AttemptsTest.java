package dev.cairn.app.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final ObjectId ID = new ObjectId("cairn.dev", "Service", "default", "a");
    private static final ObjectId OTHER = new ObjectId("cairn.dev", "Service", "default", "b");

    private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
    private final Attempts attempts = new Attempts();

    @Test
    void aLastingRefusalWaitsForAChange() {
        attempts.failed(ID, "1", true, "no", start);
        assertThat(attempts.due(ID, "1", start.plusSeconds(100_000))).isFalse();
        assertThat(attempts.due(ID, "2", start)).as("the document has changed").isTrue();
        attempts.succeeded(OTHER);
        assertThat(attempts.due(ID, "1", start)).as("another one was applied").isTrue();
    }

    @Test
    void aPassingFailureIsTriedAgainWithBackOff() {
        List<Long> waits = new ArrayList<>();
        Instant now = start;
        for (int i = 0; i < 8; i++) {
            attempts.failed(ID, "1", false, "busy", now);
            long wait = 0;
            while (!attempts.due(ID, "1", now.plusSeconds(wait))) {
                wait++;
            }
            waits.add(wait);
            now = now.plusSeconds(wait);
        }
        assertThat(waits).containsExactly(2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    @Test
    void theSameFailureIsNewsOnce() {
        assertThat(attempts.failed(ID, "1", false, "busy", start)).isTrue();
        assertThat(attempts.failed(ID, "1", false, "busy", start)).isFalse();
        assertThat(attempts.failed(ID, "1", false, "other", start)).isTrue();
        assertThat(attempts.failed(ID, "2", false, "other", start)).isTrue();
        attempts.retain(Set.of());
        assertThat(attempts.failed(ID, "2", false, "other", start)).isTrue();
    }
}
