package dev.cairn.embedded.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.Definitions;
import dev.cairn.embedded.kinds.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTest {
    private static Schema schema;

    @BeforeAll
    static void load() throws IOException {
        try (var in = SchemaTest.class.getResourceAsStream("/dev/cairn/embedded/widgets.yaml")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            schema = Definitions.kind(Yaml.documents(text).get(0), false).schema();
        }
    }

    private static ObjectNode widget(String spec) {
        try {
            return (ObjectNode) Yaml.documents("{spec: " + spec + "}").get(0);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<String> problems(String spec, @Nullable String old) {
        ObjectNode now = widget(spec);
        Settling.settle(schema, now);
        JsonNode before = null;
        if (old != null) {
            before = widget(old);
            Settling.settle(schema, before);
        }
        return Validation.problems(schema, now, before).stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void unknownFieldsAreDroppedAndNamed() {
        ObjectNode object =
                widget("{image: a, nope: 1, parts: [{name: x, what: 2}], free: {any: {thing: 1}}, options: {k: v}}");
        assertThat(Settling.prune(schema, object)).containsExactly("spec.nope", "spec.parts[0].what");
        assertThat(object)
                .isEqualTo(widget("{image: a, parts: [{name: x}], free: {any: {thing: 1}}, options: {k: v}}"));
    }

    @Test
    void defaultsAreSetAlsoInListsAndForNull() {
        ObjectNode object = widget("{image: a, color: null, parts: [{name: x}]}");
        Settling.settle(schema, object);
        assertThat(object).isEqualTo(widget("{image: a, color: red, parts: [{name: x, weight: 1}], size: 1, max: 10}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                       | spec.image: Required value
            {image: a, size: two}                    | spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"
            {image: a, size: 1.5}                    | spec.size: Invalid value: "number": spec.size in body must be of type integer: "number"
            {image: ''}                              | spec.image: Invalid value: "": spec.image in body should be at least 1 chars long
            {image: a, size: -1}                     | spec.size: Invalid value: -1: spec.size in body should be greater than or equal to 0
            {image: a, color: pink}                  | spec.color: Unsupported value: "pink": supported values: "red", "green", "blue"
            {image: a, tags: [B]}                    | spec.tags[0]: Invalid value: "B": spec.tags[0] in body should match '^[a-z]+$'
            {image: a, tags: [a, a]}                 | spec.tags[1]: Duplicate value: "a"
            {image: a, parts: [{name: x},{name: x}]} | spec.parts[1]: Duplicate value: {"name":"x"}
            {image: a, parts: [{}]}                  | spec.parts[0].name: Required value
            {image: a, options: {k: 1}}              | spec.options.k: Invalid value: "integer": spec.options.k in body must be of type string: "integer"
            {image: a, port: true}                   | spec.port: Invalid value: "boolean": spec.port in body must be of type : "boolean"
            {image: a, size: 11}                     | spec: Invalid value: "object": size must not be above max
            """)
    void problemsAreWordedAsKubernetesDoes(String spec, String problem) {
        assertThat(problems(spec, null)).containsExactly(problem);
    }

    @Test
    void goodObjectsHaveNoProblems() {
        assertThat(problems("{image: a, port: http, tags: [a, b], values: [1, 1], size: 10}", null))
                .isEmpty();
        assertThat(problems("{image: a, port: 80}", "{image: a, size: 3}")).isEmpty();
    }

    @Test
    void allProblemsAreReported() {
        assertThat(problems("{size: -1, color: pink}", null)).hasSize(3);
    }

    @Test
    void transitionRulesCompareWithTheOldValue() {
        assertThat(problems("{image: b}", "{image: a}"))
                .containsExactly("spec: Invalid value: \"object\": image cannot be changed");
    }

    @Test
    void rulesReachIntoListsMapsAndEscapedNames() throws IOException {
        Schema rules = new Schema(Yaml.documents("""
                type: object
                properties:
                  namespace: {type: string}
                  ratio: {type: number}
                  names: {type: array, items: {type: string}}
                  items:
                    type: array
                    x-kubernetes-list-type: map
                    x-kubernetes-list-map-keys: [id]
                    items:
                      type: object
                      properties: {id: {type: string}, n: {type: integer}}
                      x-kubernetes-validations:
                        - {rule: self.n >= oldSelf.n, messageExpression: '"n of " + self.id + " fell"'}
                x-kubernetes-validations:
                  - {rule: "self.__namespace__.startsWith('a')", message: prefix}
                  - {rule: "self.names.all(n, n.matches('^[a-z]+$') && n.lowerAscii() == n)", message: lower}
                  - {rule: "!has(self.ratio) || self.ratio <= 1", message: ratio}
                """).get(0));
        JsonNode good = Yaml.documents("{namespace: ab, ratio: 1, names: [x], items: [{id: q, n: 1},{id: p, n: 2}]}")
                .get(0);
        JsonNode bad = Yaml.documents("{namespace: b, ratio: 1.5, names: [X], items: [{id: p, n: 1},{id: new, n: 0}]}")
                .get(0);
        assertThat(Validation.problems(rules, good, null)).isEmpty();
        assertThat(Validation.problems(rules, bad, good))
                .extracting(Problem::message)
                .containsExactly(
                        "Invalid value: \"object\": prefix",
                        "Invalid value: \"object\": lower",
                        "Invalid value: \"object\": ratio",
                        "Invalid value: \"object\": n of p fell");
    }

    /** RE2, anywhere in the text, as a function and as a method; one that is none is told of, unless it does not matter. */
    @Test
    void rulesMatchExpressions() throws IOException {
        Schema rules = new Schema(Yaml.documents("""
                type: object
                properties:
                  text: {type: string}
                  like: {type: string}
                x-kubernetes-validations:
                  - {rule: "matches(self.text, 'b+')", message: function}
                  - {rule: "self.text.matches('^a') || self.text.matches(self.like)", message: method}
                """).get(0));
        assertThat(messages(rules, "{text: abbc, like: '('}")).isEmpty();
        assertThat(messages(rules, "{text: xbc, like: 'c$'}")).isEmpty();
        assertThat(messages(rules, "{text: xc, like: 'd'}"))
                .containsExactly("Invalid value: \"object\": function", "Invalid value: \"object\": method");
        assertThat(messages(rules, "{text: xb, like: '('}"))
                .singleElement()
                .asString()
                .contains("cannot be evaluated: ")
                .contains("missing closing )")
                .doesNotContain("\n");
    }

    private static List<String> messages(Schema rules, String yaml) throws IOException {
        return Validation.problems(rules, Yaml.documents(yaml).get(0), null).stream()
                .map(Problem::message)
                .toList();
    }
}
