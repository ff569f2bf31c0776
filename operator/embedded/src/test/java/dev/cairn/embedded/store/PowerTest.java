package dev.cairn.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a kill of the process cannot show: when power is lost, all is there that was acknowledged, perhaps the write that was
 * under way, and nothing else.
 */
class PowerTest {
    /** So many that SQLite moves its log into the file meanwhile, and begins it anew. */
    private static final int WRITES = 600;

    private static final int LOSSES = 100;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"1, close", "2, die"})
    void what_was_acknowledged_is_there_when_the_power_comes_back(int seed, String end) throws Exception {
        List<Disk.Event> events = trace(seed, end);
        Random random = new Random(seed);
        Set<Integer> moments = random.ints(LOSSES, 0, events.size()).boxed().collect(Collectors.toSet());
        Disk disk = new Disk(Files.createDirectory(directory.resolve("durable")));
        Writes acknowledged = new Writes(seed);
        Writes begun = new Writes(seed);
        begun.next();
        for (int i = 0; i < events.size(); i++) {
            if (moments.contains(i)) {
                Path back = Files.createDirectory(directory.resolve("back" + i));
                disk.lose(random, back);
                assertThat(contents(back))
                        .as("%s after the power was lost", back)
                        .isIn(acknowledged.state, begun.state);
            }
            disk.add(events.get(i));
            if (events.get(i).file().isEmpty()) {
                acknowledged.next();
                begun.next();
            }
        }
    }

    private List<Disk.Event> trace(int seed, String end) throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Path trace = directory.resolve("trace");
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Writes.class.getName(),
                data.toString(),
                "" + seed,
                "" + WRITES,
                end);
        Process process = new ProcessBuilder(Disk.traced(trace, java))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        List<Disk.Event> events = Disk.read(trace, data);
        assertThat(events.stream().filter(event -> event.file().isEmpty()))
                .as(Files.readString(directory.resolve("output")))
                .hasSize(WRITES);
        return events;
    }

    private static Map<Key, String> contents(Path directory) {
        Map<Key, String> found = new HashMap<>();
        try (Store store = Store.open(directory)) {
            store.all()
                    .items()
                    .forEach(stored -> found.put(
                            stored.key(), stored.object().path("value").asText()));
        }
        return found;
    }
}
