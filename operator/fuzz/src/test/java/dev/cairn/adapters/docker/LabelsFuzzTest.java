package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Template;
import dev.cairn.fuzz.Fuzz;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Labels as an engine tells them, of a container that claims to be ours. Lines: the container's name, then labels,
 * {@code key=value}.
 */
class LabelsFuzzTest {
    private static final Template TEMPLATE = new Template(List.of(), List.of(), Map.of(), List.of(), null, 10);

    @FuzzTest
    void labels(byte[] input) {
        check(input);
    }

    @Test
    void mangledSeeds() throws Exception {
        Fuzz.run(LabelsFuzzTest.class, 30_000, LabelsFuzzTest::check);
    }

    private static void check(byte[] input) {
        List<String> lines = Fuzz.lines(input, 40);
        Map<String, String> labels = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int equals = line.indexOf('=');
            labels.put(equals < 0 ? line : line.substring(0, equals), equals < 0 ? null : line.substring(equals + 1));
        }
        Labels.Reading reading = Labels.read(labels, lines.get(0));
        if (reading.meaning() == null) {
            Fuzz.assertSentence(reading.lie(), 400);
        } else {
            believed(reading.meaning(), labels, lines.get(0));
        }
    }

    /** Only what we would have written ourselves, under the name that we would have given. */
    private static void believed(Labels.Meaning meaning, Map<String, String> labels, String name) {
        Owner owner = meaning.owner();
        assertThat(Labels.containerName(owner)).isEqualTo(name).matches("[a-z0-9][a-z0-9_.-]+");
        Map<String, String> ours =
                new TreeMap<>(Labels.write("any", owner, new Entry(owner.n(), meaning.version(), "a:b", 0, TEMPLATE)));
        ours.remove(Labels.INSTALLATION);
        ours.put(Labels.TEMPLATE, meaning.templateHash());
        assertThat(labels).containsAllEntriesOf(ours);
        assertThat(owner.n()).isPositive();
        assertThat(owner.stack()).isNotNegative();
    }
}
