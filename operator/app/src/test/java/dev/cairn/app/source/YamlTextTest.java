package dev.cairn.app.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class YamlTextTest {
    private static final String HOST = "{apiVersion: cairn.dev/v1alpha1, kind: Host, metadata: {name: h1}}\n";

    private static List<String> ids(String text) throws BadFile {
        return YamlText.read("f.yaml", text).stream().map(d -> d.id().key()).toList();
    }

    private static String refusal(String text) {
        try {
            return "accepted " + ids(text);
        } catch (BadFile e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void severalDocumentsListsAndEmptyOnes() throws BadFile {
        assertThat(ids("""
                # nothing here
                ---
                {apiVersion: v1, kind: Secret, metadata: {name: s}}
                ---
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: cairn.dev/v1alpha1, kind: Service, metadata: {name: a, namespace: shop}}
                - {apiVersion: cairn.dev/v1alpha1, kind: Host, metadata: {name: h1}}
                ---
                """)).containsExactly("/Secret/default/s", "cairn.dev/Service/shop/a", "cairn.dev/Host//h1");
    }

    @Test
    void onlyTheContentCountsForTheHash() throws BadFile {
        String hash = YamlText.read("f", HOST).get(0).hash();
        String otherSpelling = "# hosts\nmetadata:\n  name: \"h1\"\nkind: Host\napiVersion: cairn.dev/v1alpha1\n";
        assertThat(YamlText.read("f", otherSpelling).get(0).hash()).isEqualTo(hash);
        assertThat(YamlText.read("f", HOST.replace("h1", "h2")).get(0).hash()).isNotEqualTo(hash);
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(refusal("a: [1\nb: 2\n")).startsWith("not YAML: line 2: ");
        assertThat(refusal("a: 1\na: 2\n")).startsWith("not YAML: line 2: ").contains("duplicate key");
        assertThat(refusal(HOST + "---\njust text\n"))
                .isEqualTo("line 2: document 2 is not an object with apiVersion, kind and metadata");
        assertThat(refusal("{kind: Host, metadata: {name: h1}}")).isEqualTo("line 1: document 1 has no apiVersion");
        assertThat(refusal("{apiVersion: v1, kind: Secret}")).contains("document 1 has no metadata");
        assertThat(refusal("{apiVersion: v1, kind: Secret, metadata: {name: 7}}"))
                .contains("its name is not valid");
        assertThat(refusal("{apiVersion: v1, kind: Secret, metadata: {name: ../x}}"))
                .contains("its name is not valid");
        assertThat(refusal("{apiVersion: v1, kind: Secret, metadata: {name: x}, data: {a: .nan}}"))
                .contains("does not exist in JSON");
        assertThat(refusal("{apiVersion: v1, kind: Secret, metadata: {name: x}, data: !!java.lang.Runtime {}}"))
                .startsWith("not YAML: ");
    }

    @Test
    void whatIsWrongIsOneShortLine() {
        assertThat(refusal("a: \"\\uzzzz\"\n")).startsWith("not YAML: line 1: ").doesNotContain("\n");
        assertThat(refusal("a: \"\\u")).startsWith("not YAML: ");
        assertThat(refusal("\"\\U\"")).startsWith("not YAML: ");
        assertThat(refusal("a: 1\n\"" + "x\u009b".repeat(1000) + "\": 1\n\"" + "x\u009b".repeat(1000) + "\": 2\n"))
                .doesNotContain("\u009b")
                .hasSizeLessThan(520);
    }

    @Test
    void aSmallFileCannotBecomeHuge() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x]\n");
        for (int i = 1; i <= 24; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        assertThat(refusal(bomb.toString())).contains("values when its aliases are written out");
        assertThat(refusal("a: &a [*a]")).contains("levels deep");
        assertThat(refusal("[".repeat(100_000))).isNotEmpty().doesNotStartWith("accepted");
        assertThat(refusal("x: " + "y".repeat(YamlText.MAX_BYTES))).startsWith("not YAML: ");
    }

    @Test
    void aliasesAreBounded() {
        String many = "a: &a {x: 1}\nb: [" + "*a, ".repeat(60) + "]\n";
        assertThatThrownBy(() -> YamlText.read("f", many))
                .isInstanceOf(BadFile.class)
                .hasMessageContaining("aliases");
    }
}
