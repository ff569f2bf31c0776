package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The load gate: releases and promotions in turn while clients of every kind are connected. No change waits for the
 * connections of the one before, so that several generations of containers drain at once.
 *
 * <p>{@code -Dcairn.load.promotions=1000 -Dcairn.load.requests=1000000} is the long form.
 */
@ExtendWith(CairnExtension.class)
final class PromotionsUnderLoadTest {
    private static final int PROMOTIONS = Integer.getInteger("cairn.load.promotions", 50);
    private static final long REQUESTS = Long.getLong("cairn.load.requests", 10_000);
    private static final int QUICK = Integer.getInteger("cairn.load.quick", 2);
    private static final Duration DRAIN = Duration.ofSeconds(6);
    private static final int IMAGES = 5;

    private Cairn cairn;
    private Subject subject;
    private int bottom;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void F27_F28_F29_F92_promotionsBreakNoConnectionOfAnyKind(Cairn given) throws Exception {
        cairn = given;
        int tcp = Subject.freePort();
        Yaml.Service yaml = new Yaml.Service("crowd", String.join(", ", versions(Subject.STAGES.size())))
                .drain((int) DRAIN.toSeconds())
                .spec("retain: {count: 0}", "versionOrder: Any");
        try (Subject started = Subject.start(cairn, yaml);
                AutoCloseable endpoint = () -> cairn.api().delete(Cairn.endpointPath("crowd-tcp"))) {
            subject = started;
            cairn.kubectl().apply(Yaml.endpoint("crowd-tcp", "crowd", "prod", tcp, "protocol: TCP"));
            cairn.awaitCondition(Cairn.endpointPath("crowd-tcp"), "Ready", "True");
            Promotions promotions = new Promotions(DRAIN);
            try (MixedLoad load = MixedLoad.start(cairn, subject, tcp, QUICK, promotions)) {
                long began = System.nanoTime();
                int done = 0;
                while (done < PROMOTIONS || load.requests() < REQUESTS) {
                    done = promote(promotions);
                    load.assertNothingFailed();
                }
                // The clients go on, and yet all that was popped has to end.
                cairn.awaitCondition(subject.path(), "Ready", "True");
                subject.assertHolds(versions(Subject.STAGES.size()).toArray(String[]::new));
                System.out.println("F27: " + done + " promotions in "
                        + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + " s, 0 failed of "
                        + load.finish());
            }
        }
    }

    /** Releases the next version and pops the lowest one; how often that was done. */
    private int promote(Promotions promotions) throws IOException {
        List<String> released = versions(Subject.STAGES.size() + 1);
        declare(released);
        patiently("the release of " + released).until(() -> committed(released));
        bottom++;
        int number = promotions.declare();
        declare(versions(Subject.STAGES.size()));
        patiently("promotion " + number).until(() -> promotions.reached() == number);
        return number;
    }

    private List<String> versions(int height) {
        List<String> versions = new ArrayList<>();
        for (int i = 0; i < height; i++) {
            versions.add("v0." + (1 + (bottom + i) % IMAGES));
        }
        return versions;
    }

    private void declare(List<String> versions) throws IOException {
        Api.Answer answer = cairn.api()
                .patch(subject.path(), "{\"spec\":{\"versions\":[\"" + String.join("\",\"", versions) + "\"]}}");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    }

    /** Whether every stack has taken over what was declared. */
    private boolean committed(List<String> versions) throws IOException {
        return subject.stacks().stream()
                .allMatch(stack -> !stack.path("spec").has("next")
                        && stack.path("spec")
                                .path("containers")
                                .findValuesAsText("version")
                                .equals(versions));
    }
}
