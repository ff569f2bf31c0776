package dev.cairn.embedded.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.conformance.Cluster.Answer;
import org.junit.jupiter.api.Test;

/** Server-side apply: who owns what, conflicts, force, what goes when it is no longer applied. */
class ServerSideApplyTest extends OnCluster {
    private Answer apply(String name, String manager, String spec) {
        return cluster.apply(widgets + "/" + name, manager, false, widget(name, spec));
    }

    private static JsonNode fieldsOf(JsonNode object, String manager, String operation) {
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            if (entry.path("manager").asText().equals(manager)
                    && entry.path("operation").asText().equals(operation)) {
                return entry.path("fieldsV1");
            }
        }
        return Cluster.parse("");
    }

    @Test
    void anApplyCreatesAndOwnsWhatItNames() {
        Answer created = apply("made", "one", "{image: a, tags: [x], parts: [{name: p, note: nn}]}")
                .expect(201);
        JsonNode entry = created.json().at("/metadata/managedFields/0");
        assertThat(entry.path("manager").asText()).isEqualTo("one");
        assertThat(entry.path("operation").asText()).isEqualTo("Apply");
        assertThat(entry.path("apiVersion").asText()).isEqualTo("test.cairn.dev/v1");
        assertThat(entry.path("fieldsType").asText()).isEqualTo("FieldsV1");
        assertThat(entry.path("time").asText()).isNotEmpty();
        assertThat(entry.path("fieldsV1")).isEqualTo(Cluster.parse("""
                        f:spec:
                          f:image: {}
                          f:parts:
                            'k:{"name":"p"}': {.: {}, f:name: {}, f:note: {}}
                          f:tags: {'v:"x"': {}}
                        """));
        apply("made", "one", "{image: a, tags: [x], parts: [{name: p, note: nn}]}")
                .expect(200);
    }

    @Test
    void anUpdateOwnsWhatItSetsAndMapsAndItemsHaveOwners() {
        JsonNode created = createWidget("updated", "{image: a, options: {k: v}, parts: [{name: p}]}");
        JsonNode fields = fieldsOf(created, "conformance", "Update");
        assertThat(fields).isEqualTo(Cluster.parse("""
                        f:spec:
                          .: {}
                          f:color: {}
                          f:image: {}
                          f:max: {}
                          f:options: {.: {}, f:k: {}}
                          f:parts:
                            .: {}
                            'k:{"name":"p"}': {.: {}, f:name: {}, f:weight: {}}
                          f:size: {}
                        """));
    }

    @Test
    void anotherOwnersFieldIsAConflictUnlessForced() {
        apply("both", "one", "{image: a, size: 2, color: red}").expect(201);
        apply("both", "two", "{image: a, size: 2}").expect(200);
        Answer conflict =
                apply("both", "two", "{image: a, size: 3, color: blue}").expect(409);
        assertThat(conflict.reason()).isEqualTo("Conflict");
        assertThat(conflict.message())
                .isEqualTo("Apply failed with 2 conflicts: conflicts with \"one\":\n- .spec.color\n- .spec.size");
        assertThat(causes(conflict))
                .containsExactly(".spec.color FieldManagerConflict", ".spec.size FieldManagerConflict");
        assertThat(conflict.at("/details/causes/0/message")).isEqualTo("conflict with \"one\"");
        Answer single = apply("both", "two", "{image: a, size: 3}").expect(409);
        assertThat(single.message()).isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .spec.size");

        Answer forced = cluster.apply(widgets + "/both", "two", true, widget("both", "{image: a, size: 3}"))
                .expect(200);
        assertThat(forced.at("/spec/size")).isEqualTo("3");
        assertThat(fieldsOf(forced.json(), "one", "Apply").toString())
                .doesNotContain("f:size")
                .contains("f:color");
        assertThat(fieldsOf(forced.json(), "two", "Apply").toString()).contains("f:size");
    }

    @Test
    void anUpdatersFieldIsAConflictThatNamesItsVersion() {
        createWidget("upd", "{image: a, size: 2}");
        Answer conflict = apply("upd", "one", "{image: a, size: 3}").expect(409);
        assertThat(conflict.message())
                .startsWith("Apply failed with 1 conflict: conflict with \"conformance\" using test.cairn.dev/v1")
                .contains(": .spec.size");
    }

    @Test
    void whatIsNoLongerAppliedGoesUnlessSomebodyElseOwnsIt() {
        apply(
                        "drop",
                        "one",
                        "{image: a, size: 2, options: {mine: xx, both: yy}, tags: [mine, both],"
                                + " parts: [{name: mine, note: nn}, {name: both, note: nn}]}")
                .expect(201);
        apply("drop", "two", "{image: a, options: {both: yy}, tags: [both], parts: [{name: both}]}")
                .expect(200);
        Answer less = apply("drop", "one", "{image: a}").expect(200);
        assertThat(less.at("/spec/size")).isEqualTo("1");
        assertThat(less.json().at("/spec/options").toString()).isEqualTo("{\"both\":\"yy\"}");
        assertThat(less.json().at("/spec/tags").toString()).isEqualTo("[\"both\"]");
        assertThat(less.json().at("/spec/parts").toString()).isEqualTo("[{\"name\":\"both\",\"weight\":1}]");
    }

    @Test
    void listsAreMergedByKeyAndValue() {
        apply("lists", "one", "{image: a, tags: [b, a], parts: [{name: x}, {name: yy}], values: [1, 2]}")
                .expect(201);
        Answer merged = apply("lists", "two", "{image: a, tags: [c, b], parts: [{name: z}, {name: yy, note: nn}]}")
                .expect(200);
        assertThat(merged.json().at("/spec/tags")).hasSize(3);
        assertThat(merged.json().at("/spec/parts")).hasSize(3);
        assertThat(merged.json().at("/spec/parts")).contains(Cluster.parse("{name: yy, note: nn, weight: 1}"));
        Answer atomic = apply("lists", "two", "{image: a, values: [1, 2, 3]}").expect(409);
        assertThat(causes(atomic)).containsExactly(".spec.values FieldManagerConflict");
        Answer twice = apply("lists", "one", "{image: a, parts: [{name: x}, {name: x}]}");
        assertThat(twice.code()).isIn(400, 422, 500);
        assertThat(twice.message()).containsIgnoringCase("duplicate");
    }

    @Test
    void statusIsOwnedApart() {
        apply("stat", "one", "{image: a}").expect(201);
        String status = """
                apiVersion: test.cairn.dev/v1
                kind: Widget
                metadata: {name: stat}
                status: {size: 4, conditions: [{type: Ready, status: "True"}]}
                """;
        Answer applied =
                cluster.apply(widgets + "/stat/status", "one", false, status).expect(200);
        assertThat(applied.at("/status/size")).isEqualTo("4");
        assertThat(applied.at("/spec/image")).isEqualTo("a");
        JsonNode entries = applied.json().at("/metadata/managedFields");
        assertThat(entries).hasSize(2);
        assertThat(entries.toString()).contains("\"subresource\":\"status\"");
        Answer other = cluster.apply(widgets + "/stat/status", "two", false, status.replace("size: 4", "size: 5"))
                .expect(409);
        assertThat(other.message())
                .contains("conflict with \"one\" with subresource \"status\"")
                .contains(".status.size");
        assertThat(apply("stat", "one", "{image: a}").expect(200).at("/status/size"))
                .isEqualTo("4");
    }

    @Test
    void whatAnApplyMustHave() {
        Answer manager =
                cluster.send("PATCH", widgets + "/x", "application/apply-patch+yaml", widget("x", "{image: a}"));
        assertThat(manager.expect(422).message()).contains("fieldManager").contains("is required for apply patch");
        cluster.apply(widgets + "/x", "m", false, widget("other", "{image: a}")).expect(400);
        Answer fields = cluster.apply(
                widgets + "/x",
                "m",
                false,
                widget("x", "{image: a}").replace("name: x", "name: x, managedFields: [{}]"));
        assertThat(fields.expect(400).message()).contains("metadata.managedFields must be nil");
        Answer type = cluster.apply(widgets + "/x", "m", false, widget("x", "{image: a, size: text}"));
        assertThat(type.code()).isIn(422, 500); // Kubernetes does not tell its own fault from the client's here
        Answer uid = cluster.apply(
                widgets + "/x", "m", false, widget("x", "{image: a}").replace("name: x", "name: x, uid: u"));
        assertThat(uid.expect(409).reason()).isEqualTo("Conflict");
        cluster.get(widgets + "/x").expect(404);
    }

    @Test
    void managedFieldsCanBeResetAndAreKeptOtherwise() {
        ObjectNode object = (ObjectNode)
                apply("reset", "one", "{image: a, size: 2}").expect(201).json();
        ObjectNode without = object.deepCopy();
        meta(without).remove("managedFields");
        JsonNode kept = cluster.put(widgets + "/reset", without).expect(200).json();
        assertThat(fieldsOf(kept, "one", "Apply").toString()).contains("f:size");
        Answer reset = cluster.mergePatch(widgets + "/reset", "{metadata: {managedFields: [{}]}}")
                .expect(200);
        assertThat(meta(reset.json()).has("managedFields")).isFalse();
        Answer before = apply("reset", "two", "{image: a, size: 9}").expect(409);
        assertThat(before.message()).contains("conflict with \"before-first-apply\" using test.cairn.dev/v1");
        Answer dry = cluster.send(
                        "PATCH",
                        widgets + "/reset?fieldManager=two&dryRun=All&force=true",
                        "application/apply-patch+yaml",
                        widget("reset", "{image: a, size: 9}"))
                .expect(200);
        assertThat(dry.at("/spec/size")).isEqualTo("9");
        assertThat(cluster.get(widgets + "/reset").at("/spec/size")).isEqualTo("2");
    }

    @Test
    void builtInKindsToo() {
        String map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m, labels: {l: v}}, data: {%s}}";
        cluster.apply(configMaps + "/m", "one", false, map.formatted("a: b, c: d"))
                .expect(201);
        Answer conflict = cluster.apply(configMaps + "/m", "two", false, map.formatted("a: x"));
        assertThat(causes(conflict.expect(409))).containsExactly(".data.a FieldManagerConflict");
        Answer less = cluster.apply(configMaps + "/m", "one", false, map.formatted("a: b"))
                .expect(200);
        assertThat(less.json().path("data").toString()).isEqualTo("{\"a\":\"b\"}");
        assertThat(fieldsOf(less.json(), "one", "Apply"))
                .isEqualTo(Cluster.parse("{f:data: {f:a: {}}, f:metadata: {f:labels: {f:l: {}}}}"));
    }
}
