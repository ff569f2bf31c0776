package dev.cairn.embedded.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Definitions;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.kinds.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FieldManagerTest {
    private static Kind kind;

    @BeforeAll
    static void load() throws IOException {
        try (var in = FieldManagerTest.class.getResourceAsStream("/dev/cairn/embedded/widgets.yaml")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            kind = Definitions.kind(Yaml.documents(text).get(0), false);
        }
    }

    private static FieldManager by(String name) {
        return new FieldManager(kind, name, "", "2026-01-01T00:00:00Z");
    }

    private static FieldManager status(String name) {
        return new FieldManager(kind, name, "status", "2026-01-01T00:00:00Z");
    }

    private static ObjectNode widget(String spec) {
        return yaml("{apiVersion: test.cairn.dev/v1, kind: Widget, metadata: {name: w}, spec: " + spec + "}");
    }

    private static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) Yaml.documents(text).get(0);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static JsonNode spec(ObjectNode object) {
        return object.path("spec");
    }

    @Test
    void anApplyRemovesOnlyWhatItNamedBeforeAndNobodyElseOwns() {
        ObjectNode live = by("a").apply(widget("{}"), widget("{image: i, size: 2, options: {x: '1', y: '2'}}"), false);
        live = by("b").apply(live, widget("{size: 2, options: {z: '3'}}"), false);
        live = by("a").apply(live, widget("{image: i, options: {y: '2'}}"), false);
        assertThat(spec(live)).isEqualTo(yaml("{image: i, size: 2, options: {y: '2', z: '3'}}"));
        live = by("b").apply(live, widget("{}"), false);
        assertThat(spec(live)).isEqualTo(yaml("{image: i, options: {y: '2'}}"));
    }

    @Test
    void ownershipThatAClientHasMadeUpIsNobodys() {
        ObjectNode live = by("a").apply(widget("{}"), widget("{image: i, size: 2, tags: [b]}"), false);
        live.withObject("/metadata")
                .set(
                        "managedFields",
                        yaml("{m: [7, {}, {manager: {}}, {manager: a, operation: Apply,"
                                        + " apiVersion: v1, fieldsV1: {x: {}, '': {}, 'f:spec': {'.': {}, q: {}, \"f:a\\u0001b\": {}, 'k:{': {},"
                                        + " 'k:7': {}, 'v:': {}, 'f:size': {}}, '.': {}}}]}")
                                .path("m"));
        live = by("a").apply(live, widget("{image: i}"), false);
        assertThat(spec(live)).isEqualTo(yaml("{image: i, tags: [b]}"));
    }

    @Test
    void aNameThatHoldsTheSeparatorIsOwnedToo() {
        ObjectNode odd = yaml("{apiVersion: test.cairn.dev/v1, kind: Widget, metadata: {name: w},"
                + " spec: {free: {\"a\\u0001\": 1, \"\\u0001\": 1}}}");
        ObjectNode live = by("a").apply(widget("{}"), odd.deepCopy(), false);
        ObjectNode other = odd.deepCopy();
        other.withObject("/spec/free").put("a\u0001", 2);
        ObjectNode before = live;
        assertThatThrownBy(() -> by("b").apply(before, other, false)).hasMessageContaining("conflict");
        assertThat(spec(by("a").apply(live, widget("{image: i}"), false))
                        .path("image")
                        .asText())
                .isEqualTo("i");
    }

    @Test
    void listsMergeByTheirType() {
        ObjectNode live = by("a").apply(
                        widget("{}"),
                        widget("{tags: [a, b], values: [1, 2], parts: [{name: p, note: n}, {name: q}]}"),
                        false);
        live = by("b").apply(live, widget("{tags: [c, b], parts: [{name: r}, {name: q, weight: 5}]}"), false);
        assertThat(spec(live))
                .isEqualTo(yaml("{tags: [c, a, b], values: [1, 2],"
                        + " parts: [{name: r}, {name: p, note: n}, {name: q, weight: 5}]}"));
        live = by("a").apply(live, widget("{tags: [b]}"), false);
        assertThat(spec(live)).isEqualTo(yaml("{tags: [c, b], parts: [{name: r}, {name: q, weight: 5}]}"));
    }

    @Test
    void anItemStaysWithItsKeyWhileAnotherOwnsAFieldInIt() {
        ObjectNode live = by("a").apply(widget("{}"), widget("{parts: [{name: p, note: n}]}"), false);
        ObjectNode changed = live.deepCopy();
        ((ObjectNode) changed.path("spec").path("parts").path(0)).put("weight", 7);
        by("b").update(live, changed);
        live = by("a").apply(changed, widget("{}"), false);
        assertThat(spec(live)).isEqualTo(yaml("{parts: [{name: p, weight: 7}]}"));
    }

    @Test
    void aConflictNamesManagerAndFieldAndForceTakesTheField() {
        ObjectNode live = by("a").apply(widget("{}"), widget("{size: 2, parts: [{name: p, note: n}]}"), false);
        ObjectNode other = widget("{size: 3, parts: [{name: p, note: m}]}");
        assertThatThrownBy(() -> by("b").apply(live, other, false)).isInstanceOfSatisfying(ApiError.class, error -> {
            assertThat(error.code()).isEqualTo(409);
            assertThat(error)
                    .hasMessage("Apply failed with 2 conflicts: conflicts with \"a\":\n"
                            + "- .spec.parts[name=\"p\"].note\n- .spec.size");
            assertThat(error.status()
                            .path("details")
                            .path("causes")
                            .path(1)
                            .path("field")
                            .asText())
                    .isEqualTo(".spec.size");
        });
        ObjectNode forced = by("b").apply(live, other, true);
        assertThat(spec(forced)).isEqualTo(spec(other));
        assertThat(by("b").apply(forced, widget("{size: 4}"), false)
                        .path("spec")
                        .path("size")
                        .asInt())
                .isEqualTo(4);
        assertThatThrownBy(() -> by("a").apply(forced, widget("{size: 2}"), false))
                .isInstanceOf(ApiError.class);
    }

    @Test
    void theSameValueIsSharedWithoutConflict() {
        ObjectNode live = by("a").apply(widget("{}"), widget("{size: 2}"), false);
        ObjectNode shared = by("b").apply(live, widget("{size: 2}"), false);
        assertThat(spec(by("a").apply(shared, widget("{}"), false))).isEqualTo(yaml("{size: 2}"));
    }

    @Test
    void anUpdateTakesFieldsAndAnApplyThenConflicts() {
        ObjectNode live = by("a").apply(widget("{}"), widget("{size: 2}"), false);
        ObjectNode changed = live.deepCopy();
        ((ObjectNode) changed.path("spec")).put("size", 3);
        by("kubectl").update(live, changed);
        assertThatThrownBy(() -> by("a").apply(changed, widget("{size: 2}"), false))
                .hasMessageContaining("conflict with \"kubectl\" using test.cairn.dev/v1 at ");
        assertThat(spec(by("a").apply(changed, widget("{size: 3}"), false))).isEqualTo(yaml("{size: 3}"));
    }

    @Test
    void statusAndSpecHaveTheirOwnEntries() {
        ObjectNode live = by("a").apply(widget("{}"), widget("{size: 2}"), false);
        ObjectNode body = widget("{size: 9}");
        body.putObject("status").put("size", 1);
        live = status("a").apply(live, body, false);
        assertThat(spec(live)).isEqualTo(yaml("{size: 2}"));
        assertThat(live.path("status").path("size").asInt()).isEqualTo(1);
        live = by("a").apply(live, widget("{}"), false);
        assertThat(live.path("status").path("size").asInt()).isEqualTo(1);
    }

    @Test
    void fieldsV1IsReadAndWrittenAlike() {
        JsonNode tree = yaml(
                "{'f:metadata': {'f:labels': {'.': {}, 'f:a.b/c': {}}},"
                        + " 'f:spec': {'f:parts': {'k:{\"name\":\"x\"}': {'.': {}, 'f:name': {}}}, 'f:tags': {'v:\"t\"': {}}}}");
        assertThat(Fields.write(Fields.read(tree))).isEqualTo(tree);
        assertThat(new TreeSet<>(Fields.read(tree)).stream().map(Fields::display))
                .contains(".metadata.labels.a.b/c", ".spec.parts[name=\"x\"].name", ".spec.tags[=\"t\"]");
    }

    @Test
    void sentManagedFieldsReplaceTheStoredOnes() {
        ObjectNode live = by("a").apply(widget("{}"), widget("{size: 2}"), false);
        ObjectNode reset = live.deepCopy();
        ((ObjectNode) reset.path("metadata")).putArray("managedFields").addObject();
        by("b").update(live, reset);
        assertThat(reset.path("metadata").path("managedFields")).isEmpty();
    }
}
