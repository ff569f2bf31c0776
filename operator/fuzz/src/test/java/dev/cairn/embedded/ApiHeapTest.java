package dev.cairn.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.fuzz.Mangler;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Nothing of a request stays in memory: neither of one that was refused nor of an object that is gone again. */
class ApiHeapTest {
    private static final int TENTHS = 10;
    private static final double MOST = 1.1;

    /** Requests in all; those of one tenth come before the first look. */
    private static final int INPUTS = (int) (1_500 * Double.parseDouble(System.getProperty("cairn.fuzz.share", "1")));

    @Test
    void heapIsTheSameAfterManyBadRequests() throws Exception {
        ApiWorld world = new ApiWorld();
        Mangler mangler = new Mangler(new Random(2), ApiWorld.seeds());
        long first = 0;
        for (int i = 1; i <= INPUTS; i++) {
            world.check(mangler.next());
            if (i == INPUTS / TENTHS) {
                world.clean();
                first = used();
            }
        }
        world.clean();
        long last = used();
        System.out.printf("%d requests, heap %d KiB, then %d KiB%n", world.requests, first >> 10, last >> 10);
        assertThat((double) last / first).as("from %d to %d bytes", first, last).isBetween(1 / MOST, MOST);
    }

    /** Bytes in use when everything that nobody holds is gone; the median of some looks. */
    private static long used() {
        long[] looks = LongStream.range(0, 5)
                .map(look -> {
                    System.gc();
                    System.runFinalization();
                    return ManagementFactory.getMemoryMXBean()
                            .getHeapMemoryUsage()
                            .getUsed();
                })
                .sorted()
                .toArray();
        return looks[looks.length / 2];
    }
}
