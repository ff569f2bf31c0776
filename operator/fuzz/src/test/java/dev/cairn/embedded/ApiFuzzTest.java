package dev.cairn.embedded;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cairn.fuzz.Fuzz;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Requests to the embedded API, over TLS: bodies, types, paths and queries of every kind of badness. */
class ApiFuzzTest {
    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1");

    private static final class Served {
        private static final ApiWorld WORLD = world();

        private static ApiWorld world() {
            try {
                return new ApiWorld();
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @FuzzTest
    void requests(byte[] input) throws Exception {
        BugDetectors.allowNetworkConnections((host, port) -> HERE.contains(host));
        Served.WORLD.check(input);
    }

    @Test
    void mangledSeeds() throws Exception {
        Fuzz.run(ApiFuzzTest.class, 600, input -> Served.WORLD.check(input));
    }
}
