package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * F20: every intermediate state is legal, and every way ends. {@code -Dcairn.pairs=N} walks N pairs instead of 1,000,
 * {@code -Dcairn.pairs.first=SEED} starts at another seed.
 */
@Execution(ExecutionMode.CONCURRENT)
class RandomPairsTest {
    private static final int PARTS = 4;
    private static final int PAIRS = Integer.getInteger("cairn.pairs", 1000);
    private static final long FIRST = Long.getLong("cairn.pairs.first", 1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void every_state_between_two_random_states_is_legal_and_every_way_ends(int part) {
        for (long seed = FIRST + part; seed < FIRST + PAIRS; seed += PARTS) {
            Journey journey = new Journey(seed, new Planner());
            assertThatCode(journey::walk).as("seed %s", seed).doesNotThrowAnyException();
        }
    }
}
