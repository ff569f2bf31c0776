package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTest {
    private static Shown at(long seconds, String status) {
        return Shown.of("running", status, "", TimeUnit.SECONDS.toNanos(seconds));
    }

    /** The same container, so many seconds later. */
    @ParameterizedTest
    @CsvSource({
        "Up Less than a second, 1, Up 1 second",
        "Up 1 second, 1, Up 2 seconds",
        "Up 5 seconds, 20, Up 25 seconds",
        "Up 59 seconds, 1, Up About a minute",
        "Up About a minute, 59, Up 2 minutes",
        "Up 2 minutes (healthy), 3, Up 2 minutes (healthy)",
        "Up 59 minutes, 60, Up About an hour",
        "Up About an hour, 1800, Up 2 hours",
        "Up 47 hours, 3600, Up 2 days",
        "Up 13 days, 86400, Up 2 weeks",
        "Up 8 weeks, 604800, Up 2 months",
        "Up 23 months, 2592000, Up 2 years",
        "Exited (0) 4 seconds ago, 3, Exited (0) 7 seconds ago",
        "Created, 100, Created"
    })
    void whatGrowsOlderByItselfStaysTheSame(String before, long seconds, String now) {
        assertThat(at(seconds, now).continues(at(0, before))).isTrue();
    }

    /** Something has happened to it. */
    @ParameterizedTest
    @CsvSource({
        "Up 5 seconds, 20, Up 7 seconds",
        "Up 5 seconds, 20, Up Less than a second",
        "Up 3 minutes, 1, Up 2 seconds",
        "Up 3 minutes, 61, Up 59 seconds",
        "Up 5 hours, 30, Up 29 seconds",
        "Up 2 weeks, 30, Up 2 days",
        "Up 2 minutes, 1, Up 2 minutes (Paused)",
        "Up 2 minutes (health: starting), 1, Up 2 minutes (healthy)",
        "Up 2 minutes, 1, Exited (0) 1 second ago",
        "Exited (0) 9 seconds ago, 9, Exited (0) 1 second ago",
        "Exited (0) 9 seconds ago, 1, Exited (137) 10 seconds ago",
        "Created, 1, Up 1 second"
    })
    void whatIsYoungerThanItWouldBeOrShownInAnotherWayIsAnotherState(String before, long seconds, String now) {
        assertThat(at(seconds, now).continues(at(0, before))).isFalse();
    }
}
