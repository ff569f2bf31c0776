package dev.cairn.app.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.app.TestApi;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventRecorderTest {
    private static final ConfigMap ABOUT = new ConfigMapBuilder()
            .withNewMetadata()
            .withName("web")
            .withNamespace("default")
            .withUid("u")
            .endMetadata()
            .build();

    @TempDir
    Path directory;

    @Test
    void whatWasToldIsWrittenBeforeTheEnd() throws IOException {
        try (TestApi api = new TestApi(directory, request -> Admission.Verdict.ALLOWED)) {
            try (EventRecorder events = new EventRecorder(api.client(), false)) {
                events.normal(ABOUT, "First", "once", Instant.now());
                events.warning(ABOUT, "Again", "twice", Instant.now());
                events.warning(ABOUT, "Again", "twice", Instant.now());
            }
            assertThat(api.client().v1().events().inNamespace("default").list().getItems())
                    .extracting(Event::getReason, Event::getCount)
                    .containsExactlyInAnyOrder(tuple("First", 1), tuple("Again", 2));
        }
    }

    @Test
    void nobodyWaitsForAnApiThatDoesNotAnswer() throws Exception {
        CountDownLatch answering = new CountDownLatch(1);
        Admission slow = request -> {
            try {
                answering.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Admission.Verdict.ALLOWED;
        };
        try (TestApi api = new TestApi(directory, slow);
                EventRecorder events = new EventRecorder(api.client(), false)) {
            for (int i = 0; i < 2_000; i++) {
                events.normal(ABOUT, "Told", "number " + i, Instant.now());
            }
            assertThat(answering.getCount()).as("told without an answer").isEqualTo(1);
            assertThat(events.waiting()).isBetween(1, 1_000);
            answering.countDown();
        }
    }
}
