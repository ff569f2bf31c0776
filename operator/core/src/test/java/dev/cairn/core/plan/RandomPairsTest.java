package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.plan.Journey.Fault;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * F20: every intermediate state is legal, every way ends, and then nothing is planned. 1,000 ways;
 * {@code -Djqwik.tries.default=N} walks N, {@code -Dcairn.pairs.first=SEED} walks others. When one is wrong, jqwik looks
 * for one with fewer faults.
 */
class RandomPairsTest {
    private static final long FIRST = Long.getLong("cairn.pairs.first", 1);
    private static final AtomicLong WALKS = new AtomicLong();
    private static final AtomicLong STEPS = new AtomicLong();

    @Property(
            seed = "1",
            generation = GenerationMode.RANDOMIZED,
            edgeCases = EdgeCasesMode.NONE,
            afterFailure = AfterFailureMode.RANDOM_SEED)
    void every_state_between_two_random_states_is_legal_and_every_way_ends(
            @ForAll("seeds") long seed, @ForAll("faults") List<Fault> faults) {
        int steps = new Journey(seed + FIRST, faults, new Planner()).walk();
        assertThat(steps).isGreaterThanOrEqualTo(100);
        WALKS.incrementAndGet();
        STEPS.addAndGet(steps);
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs().between(0, Integer.MAX_VALUE);
    }

    @Provide
    Arbitrary<List<Fault>> faults() {
        return Arbitraries.frequency(
                        Tuple.of(4, Fault.EDIT),
                        Tuple.of(1, Fault.BAD_VERSION),
                        Tuple.of(4, Fault.DEATH),
                        Tuple.of(5, Fault.CRASH),
                        Tuple.of(2, Fault.HALF_START),
                        Tuple.of(2, Fault.SLEEP),
                        Tuple.of(1, Fault.LOST_HOST),
                        Tuple.of(1, Fault.LOST_TABLE),
                        Tuple.of(1, Fault.REMOVAL),
                        Tuple.of(1, Fault.TAMPER),
                        Tuple.of(1, Fault.SCALE),
                        Tuple.of(1, Fault.DRAIN),
                        Tuple.of(1, Fault.DELETION))
                .list()
                .ofMinSize(0)
                .ofMaxSize(10);
    }

    @AfterContainer
    static void count() {
        System.out.printf("%d ways, %d steps%n", WALKS.get(), STEPS.get());
    }
}
