package dev.cairn.embedded.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "119, 119s",
        "120, 2m",
        "125, 2m5s",
        "599, 9m59s",
        "600, 10m",
        "10799, 179m",
        "10800, 3h",
        "11700, 3h15m",
        "86400, 24h",
        "172800, 2d",
        "176400, 2d1h",
        "864000, 10d",
        "63072000, 2y"
    })
    void agesAreShort(long seconds, String text) {
        assertThat(Tables.age(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @Test
    void pathsFindFieldsItemsAndFilteredItems() throws IOException {
        JsonNode node = Yaml.documents("{a: {b.c: 1}, l: [{t: X, v: {w: 1}}, {t: Ready, v: {w: 2}}], n: null}")
                .get(0);
        assertThat(JsonPath.find(node, ".a.b\\.c")).hasToString("[1]");
        assertThat(JsonPath.find(node, ".a['b.c']")).hasToString("[1]");
        assertThat(JsonPath.find(node, ".l[?(@.t==\"Ready\")].v.w")).hasToString("[2]");
        assertThat(JsonPath.find(node, ".l[0].t")).hasToString("[\"X\"]");
        assertThat(JsonPath.find(node, ".l[*].t")).hasToString("[\"X\",\"Ready\"]".replace(",", ", "));
        assertThat(JsonPath.find(node, ".l[9].t")).isEmpty();
        assertThat(JsonPath.find(node, ".n")).isEmpty();
        assertThat(JsonPath.find(node, ".nope.nope")).isEmpty();
    }
}
