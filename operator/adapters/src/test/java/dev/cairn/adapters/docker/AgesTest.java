package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clocks that differ and clocks that are set make no container older or younger. */
class AgesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Ages ages = new Ages();

    private Duration age(String id, String told, Instant now, long nanos) {
        return Duration.between(ages.startedAt(id, Instant.parse(told), now, nanos), now);
    }

    @Test
    void whatRanBeforeIsAsOldAsTheEngineSays() {
        assertThat(age("a", "2026-01-01T11:00:00Z", NOW, 0)).isEqualTo(Duration.ofHours(1));
        assertThat(age("ahead", "2026-01-01T12:05:00Z", NOW, 0)).isEqualTo(Duration.ZERO);
    }

    @Test
    void whatAppearsBetweenTwoLooksIsNoOlderThanThat() {
        ages.looked(10 * SECOND);
        ages.looked(5 * SECOND); // one that took longer
        assertThat(age("behind", "2026-01-01T11:55:00Z", NOW, 12 * SECOND)).isEqualTo(Duration.ofSeconds(2));
        assertThat(age("ahead", "2026-01-01T12:05:00Z", NOW, 12 * SECOND)).isEqualTo(Duration.ZERO);
        assertThat(age("right", "2026-01-01T11:59:59Z", NOW, 12 * SECOND)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void itGrowsOlderByAClockThatNobodySets() {
        ages.looked(0);
        assertThat(age("a", "2026-01-01T12:00:00Z", NOW, SECOND)).isEqualTo(Duration.ZERO);
        for (Duration step : List.of(Duration.ofMinutes(5), Duration.ofMinutes(-5))) {
            assertThat(age("a", "2026-01-01T12:00:00Z", NOW.plus(step), 31 * SECOND))
                    .isEqualTo(Duration.ofSeconds(30));
        }
    }

    @Test
    void anotherRunAndAnotherContainerBeginAnew() {
        age("a", "2026-01-01T11:00:00Z", NOW, 0);
        ages.looked(SECOND);
        assertThat(age("a", "2026-01-01T12:00:05Z", NOW, 3 * SECOND)).isEqualTo(Duration.ZERO);
        ages.retain(List.of());
        assertThat(age("a", "2026-01-01T11:00:00Z", NOW, 4 * SECOND)).isEqualTo(Duration.ofSeconds(3));
    }
}
