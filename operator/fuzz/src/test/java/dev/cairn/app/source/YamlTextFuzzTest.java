package dev.cairn.app.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cairn.fuzz.Fuzz;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files of a folder or a repository: objects that JSON can hold, or one sentence on why not. */
class YamlTextFuzzTest {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final int LONGEST = 1_000;

    /** In bytes, and written as JSON; YAML looks no farther for the colon. */
    private static final int LONGEST_KEY = 150;

    @FuzzTest
    void files(byte[] input) throws Exception {
        check(input);
    }

    @Test
    void mangledSeeds() throws Exception {
        Fuzz.run(YamlTextFuzzTest.class, 6_000, YamlTextFuzzTest::check);
    }

    private static void check(byte[] input) throws Exception {
        List<Document> documents;
        try {
            documents = YamlText.read("a.yaml", YamlText.decode(input));
        } catch (BadFile e) {
            Fuzz.assertSentence(e.getMessage(), LONGEST);
            return;
        }
        List<String> texts = new ArrayList<>();
        for (Document document : documents) {
            texts.add(JSON.writeValueAsString(document.content()).replace("\u007f", "\\u007f"));
            assertThat(ObjectId.parse(document.id().key())).isEqualTo(document.id());
            assertThat(document.id().toString()).matches("[ -~]+");
            assertThat(document.hash()).matches("[0-9a-f]{32}");
        }
        if (documents.stream().anyMatch(document -> hasLongKey(document.content()))) {
            return;
        }
        // JSON is YAML, but for long keys: the same objects, whatever they were written like.
        List<Document> again = YamlText.read("a.yaml", String.join("\n---\n", texts));
        assertThat(again).isEqualTo(documents);
    }

    private static boolean hasLongKey(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .anyMatch(
                            entry -> entry.getKey().toString().length() > LONGEST_KEY || hasLongKey(entry.getValue()));
        }
        return value instanceof List<?> list && list.stream().anyMatch(YamlTextFuzzTest::hasLongKey);
    }
}
