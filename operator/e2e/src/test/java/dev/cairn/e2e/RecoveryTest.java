package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** The API has lost everything while the containers and the proxy go on. */
@DisabledIfSystemProperty(
        named = NamedCluster.PROPERTY,
        matches = ".+",
        disabledReason = "it wipes the store of the API, which is the cluster's own")
@ExtendWith(CairnExtension.class)
final class RecoveryTest {

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void F41_exportWipeAndImportFindEveryContainerAtItsPosition(Cairn cairn) throws Exception {
        Path kept = Files.createTempDirectory("cairn-export");
        survives(
                cairn,
                "exported",
                () -> cairn.cairn("export", "-o", kept.resolve("files").toString()),
                () -> {
                    cairn.startAnew();
                    cairn.cairn("import", kept.resolve("files").toString());
                });
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void F41_backupWipeAndRestoreFindEveryContainerAtItsPosition(Cairn cairn) throws Exception {
        Path kept = Files.createTempDirectory("cairn-backup").resolve("backup");
        survives(cairn, "backed", () -> cairn.cairn("backup", kept.toString()), () -> {
            cairn.cairn("restore", kept.toString());
            cairn.startAnew();
        });
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void survives(Cairn cairn, String name, Step keep, Step recover) throws Exception {
        Yaml.Service yaml = new Yaml.Service(name, "v0.1, v0.2, v0.3").spec("retain: {count: 0}");
        try (Subject subject = Subject.start(cairn, yaml)) {
            subject.change("v0.1, v0.2, v0.3, v0.4");
            subject.change("v0.2, v0.3, v0.4");
            Cairn.patiently("the popped ones gone")
                    .until(() -> subject.containers().size() == 6);
            List<String> lives = subject.lives();
            try (Load load = Load.start(cairn, subject, 2, Duration.ofMillis(40), "/")) {
                keep.run();
                cairn.operator().stop();
                wipe(cairn.state().resolve("api"));
                recover.run();
                Cairn.patiently("the service being there again")
                        .until(() -> cairn.api().get(subject.path()).status() == 200);
                subject.awaitReady();
                Subject.STAGES.forEach(subject::awaitRouted);
                subject.assertHolds("v0.2", "v0.3", "v0.4");
                assertThat(subject.lives()).isEqualTo(lives);
                assertThat(subject.answers()).containsExactly("v0.2", "v0.3", "v0.4");
                // What was recovered is whole: the next release works, and goes on counting.
                subject.change("v0.2, v0.3, v0.4, v0.5");
                subject.assertHolds("v0.2", "v0.3", "v0.4", "v0.5");
                assertThat(subject.lives()).containsAll(lives);
                load.finish(List.of(List.of("v0.2", "v0.3", "v0.4")));
            }
        }
    }

    private static void wipe(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }
}
