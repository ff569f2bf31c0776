package dev.cairn.embedded.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.conformance.Cluster.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Defaults, pruning, validation and CEL rules of custom resources. */
class SchemaTest extends OnCluster {
    @Test
    void defaultsAreSetAndUnknownFieldsPruned() {
        JsonNode object = createWidget(
                "settled", "{image: a, nope: 1, parts: [{name: p, more: 1}], options: {any: x}, free: {deep: {x: 1}}}");
        assertThat(object.path("spec")).isEqualTo(Cluster.parse("""
                        color: red
                        free: {deep: {x: 1}}
                        image: a
                        max: 10
                        options: {any: x}
                        parts: [{name: p, weight: 1}]
                        size: 1
                        """));
        Answer nulls = cluster.post(widgets, widget("nulls", "{image: a, size: null, color: null}"))
                .expect(201);
        assertThat(nulls.at("/spec/size")).isEqualTo("1");
        assertThat(nulls.at("/spec/color")).isEqualTo("red");
        Answer nested = cluster.post(widgets, widget("nested", "{image: a, free: {x: null}}"))
                .expect(201);
        assertThat(nested.json().at("/spec/free").has("x")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                              | spec.image FieldValueRequired",
                "{image: 1}                      | spec.image FieldValueTypeInvalid",
                "{image: ''}                     | spec.image FieldValueInvalid",
                "{image: a, size: x}             | spec.size FieldValueTypeInvalid",
                "{image: a, size: 1.5}           | spec.size FieldValueTypeInvalid",
                "{image: a, size: -1}            | spec.size FieldValueInvalid",
                "{image: a, color: pink}         | spec.color FieldValueNotSupported",
                "{image: a, port: {}}            | spec.port FieldValueTypeInvalid",
                "{image: a, tags: [A]}           | spec.tags[0] FieldValueInvalid",
                "{image: a, tags: x}             | spec.tags FieldValueTypeInvalid",
                "{image: a, tags: [a, a]}        | spec.tags[1] FieldValueDuplicate",
                "{image: a, parts: [{note: n}]}  | spec.parts[0].name FieldValueRequired",
                "{image: a, parts: [{name: n}, {name: n}]} | spec.parts[1] FieldValueDuplicate",
                "{image: a, options: {k: 1}}     | spec.options.k FieldValueTypeInvalid",
                "{image: a, options: []}         | spec.options FieldValueTypeInvalid",
                "{image: a, values: [null]}      | spec.values[0] FieldValueTypeInvalid",
                "[]                              | spec FieldValueTypeInvalid",
            })
    void whatTheSchemaForbids(String spec, String cause) {
        Answer refused = cluster.post(widgets, widget("bad", spec)).expect(422);
        assertThat(refused.reason()).isEqualTo("Invalid");
        assertThat(causes(refused)).contains(cause);
        cluster.get(widgets + "/bad").expect(404);
    }

    @Test
    void messagesNameValueAndRule() {
        assertThat(cluster.post(widgets, widget("bad", "{image: a, size: x}")).message())
                .contains(
                        "spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\"");
        assertThat(cluster.post(widgets, widget("bad", "{image: a, color: pink}"))
                        .message())
                .contains("spec.color: Unsupported value: \"pink\": supported values: \"red\", \"green\", \"blue\"");
        assertThat(cluster.post(widgets, widget("bad", "{}")).message()).contains("spec.image: Required value");
        assertThat(cluster.post(widgets, widget("bad", "{image: a, tags: [A]}")).message())
                .contains("spec.tags[0]: Invalid value: \"A\": spec.tags[0] in body should match '^[a-z]+$'");
        assertThat(cluster.post(widgets, widget("bad", "{image: a, size: -1}")).message())
                .contains("spec.size: Invalid value: -1: spec.size in body should be greater than or equal to 0");
        assertThat(cluster.post(widgets, widget("bad", "{image: %s}".formatted("x".repeat(101))))
                        .message())
                .contains("spec.image: Too long: may not be more than 100 bytes");
        String tags = "[a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u]";
        assertThat(cluster.post(widgets, widget("bad", "{image: a, tags: %s}".formatted(tags)))
                        .message())
                .contains("spec.tags: Too many: 21: must have at most 20 items");
    }

    @Test
    void intOrStringTakesBoth() {
        assertThat(createWidget("port-1", "{image: a, port: 80}")
                        .at("/spec/port")
                        .isInt())
                .isTrue();
        assertThat(createWidget("port-2", "{image: a, port: http}")
                        .at("/spec/port")
                        .isTextual())
                .isTrue();
        assertThat(createWidget("large", "{image: a, values: [9007199254740993]}")
                        .at("/spec/values/0")
                        .asText())
                .isEqualTo("9007199254740993");
    }

    @Test
    void celRulesAreAskedOnCreateAndUpdate() {
        assumeTrue(cluster.atLeast(25), "no CEL rules before Kubernetes 1.25");
        Answer large =
                cluster.post(widgets, widget("cel", "{image: a, size: 11}")).expect(422);
        assertThat(causes(large)).containsExactly("spec FieldValueInvalid");
        assertThat(large.message()).contains("size must not be above max");
        createWidget("cel", "{image: a}");
        Answer image =
                cluster.mergePatch(widgets + "/cel", "{spec: {image: b}}").expect(422);
        assertThat(image.message()).contains("image cannot be changed");
        assertThat(causes(image)).containsExactly("spec FieldValueInvalid");
        cluster.apply(widgets + "/cel", widget("cel", "{image: b}")).expect(422);
        cluster.mergePatch(widgets + "/cel", "{spec: {max: 20, size: 11}}").expect(200);
        assertThat(causes(cluster.post(widgets, widget("x", "{size: 11}")).expect(422)))
                .contains("spec.image FieldValueRequired");
    }

    @Test
    void statusIsValidatedToo() {
        createWidget("stat", "{image: a}");
        Answer wrong = cluster.mergePatch(widgets + "/stat/status", "{status: {size: x}}")
                .expect(422);
        assertThat(causes(wrong)).contains("status.size FieldValueTypeInvalid");
        Answer twice = cluster.mergePatch(
                        widgets + "/stat/status",
                        "{status: {conditions: [{type: A, status: \"True\"}, {type: A, status: \"False\"}]}}")
                .expect(422);
        assertThat(causes(twice)).containsExactly("status.conditions[1] FieldValueDuplicate");
        Answer time = cluster.mergePatch(
                        widgets + "/stat/status",
                        "{status: {conditions: [{type: A, status: \"True\", lastTransitionTime: yesterday}]}}")
                .expect(422);
        assertThat(time.message()).contains("must be of type date-time");
        Answer pruned = cluster.mergePatch(widgets + "/stat/status", "{status: {none: 1, size: 2}}")
                .expect(200);
        assertThat(pruned.json().path("status").toString()).isEqualTo("{\"size\":2}");
    }
}
