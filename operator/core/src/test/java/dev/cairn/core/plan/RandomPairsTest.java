package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** F20: every intermediate state is legal, and every way ends. */
class RandomPairsTest {
    private static final int PAIRS = Integer.getInteger("cairn.pairs", 1000);
    private static final long FIRST = Long.getLong("cairn.pairs.first", 1);

    @Test
    void every_state_between_two_random_states_is_legal_and_every_way_ends() {
        for (long seed = FIRST; seed < FIRST + PAIRS; seed++) {
            Journey journey = new Journey(seed, new Planner());
            assertThatCode(journey::walk).as("seed %s", seed).doesNotThrowAnyException();
        }
    }
}
