package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.conformance.Cluster.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CustomResourceDefinitions: how a kind comes, changes and goes, and which ones are refused. */
class DefinitionsTest extends OnCluster {
    private static final String ONE = Cluster.WIDGETS_CRD + "/gadgets.test.cairn.dev";

    private static String gadgets(String schema) {
        return """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: gadgets.test.cairn.dev}
                spec:
                  group: test.cairn.dev
                  scope: Namespaced
                  names: {kind: Gadget, plural: gadgets, shortNames: [gdg]}
                  versions:
                    - name: v1
                      served: true
                      storage: true
                      schema: {openAPIV3Schema: %s}
                """.formatted(schema);
    }

    @AfterEach
    void removeDefinition() {
        cluster.delete(ONE);
        awaitGone(ONE);
    }

    private String path() {
        return widgets.replace("widgets", "gadgets");
    }

    private static String gadget(String name, String more) {
        return "{apiVersion: test.cairn.dev/v1, kind: Gadget, metadata: {name: %s}%s}".formatted(name, more);
    }

    @Test
    void aKindComesChangesAndGoes() {
        Answer created =
                cluster.post(Cluster.WIDGETS_CRD, gadgets("{type: object}")).expect(201);
        assertThat(created.at("/spec/names/listKind")).isEqualTo("GadgetList");
        assertThat(created.at("/spec/names/singular")).isEqualTo("gadget");
        assertThat(created.at("/spec/conversion/strategy")).isEqualTo("None");
        await().atMost(60, SECONDS).until(() -> cluster.get(path()).code() == 200);
        Answer established = cluster.get(ONE).expect(200);
        assertThat(established.json().at("/status/conditions").toString())
                .contains("\"NamesAccepted\"")
                .contains("\"Established\"");
        assertThat(established.json().at("/status/storedVersions").toString()).isEqualTo("[\"v1\"]");
        assertThat(established.at("/status/acceptedNames/plural")).isEqualTo("gadgets");
        assertThat(cluster.post(path(), gadget("g", ", x: 1"))
                        .expect(201)
                        .json()
                        .has("x"))
                .isFalse();
        cluster.get(path() + "/g/status").expect(404);
        cluster.get(path() + "/g/scale").expect(404);

        ObjectNode changed = (ObjectNode) established.json().deepCopy();
        ObjectNode version = (ObjectNode) changed.at("/spec/versions/0");
        version.set(
                "schema",
                Cluster.parse("{openAPIV3Schema: {type: object, properties: {x: {type: integer, default: 7}}}}"));
        version.set("subresources", Cluster.parse("{status: {}}"));
        cluster.put(ONE, changed).expect(200);
        await().atMost(60, SECONDS)
                .until(() -> cluster.mergePatch(path() + "/g?dryRun=All", "{metadata: {labels: {a: b}}}")
                        .at("/x")
                        .equals("7"));
        await().atMost(60, SECONDS)
                .until(() -> cluster.get(path() + "/g/status").code() == 200);

        cluster.delete(ONE);
        awaitGone(ONE);
        await().atMost(60, SECONDS).until(() -> cluster.get(path()).code() == 404);
        cluster.post(Cluster.WIDGETS_CRD, gadgets("{type: object}")).expect(201);
        await().atMost(60, SECONDS).until(() -> cluster.get(path()).code() == 200);
        assertThat(names(cluster.get(path()).json())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{properties: {x: {type: string}}}                      | .type FieldValueRequired",
                "{type: string}                                         | .type FieldValueInvalid",
                "{type: object, properties: {x: {}}}                    | .properties[x].type FieldValueRequired",
                "{type: object, properties: {x: {type: array}}}         | .properties[x].items FieldValueRequired",
                "{type: object, properties: {x: {type: thing}}}         | .properties[x].type FieldValueNotSupported",
                "{type: object, properties: {x: {type: object, properties: {y: {type: string}}, additionalProperties: {type: string}}}} | .properties[x].additionalProperties FieldValueForbidden",
                "{type: object, properties: {x: {type: string, default: 1}}} | .properties[x].default FieldValueTypeInvalid",
                "{type: object, properties: {x: {type: object, anyOf: [{properties: {y: {type: string}}}]}}} | .properties[x].anyOf[0].properties[y].type FieldValueForbidden",
                "{type: object, properties: {x: {type: array, x-kubernetes-list-type: map, items: {type: object, properties: {y: {type: string}}}}}} | .properties[x].x-kubernetes-list-map-keys FieldValueRequired",
                "{type: object, properties: {x: {type: string, pattern: '('}}} | .properties[x].pattern FieldValueInvalid",
                "{type: object, properties: {x: {type: array, uniqueItems: true, items: {type: string}}}} | .properties[x].uniqueItems FieldValueForbidden",
                "{type: object, properties: {metadata: {type: string}}} | .properties[metadata].type FieldValueInvalid",
                "{type: object, properties: {x: {$ref: '#/x'}}} | .properties[x].$ref FieldValueForbidden",
            })
    void aSchemaThatIsNotStructuralIsRefused(String schema, String cause) {
        Answer refused = cluster.post(Cluster.WIDGETS_CRD, gadgets(schema)).expect(422);
        assertThat(refused.reason()).isEqualTo("Invalid");
        assertThat(causes(refused)).as(refused.message()).anyMatch(found -> found.endsWith(cause));
        cluster.get(ONE).expect(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "self.x > 0   | FieldValueInvalid",
                "self         | FieldValueInvalid",
                "self.        | FieldValueInvalid",
                "1            | FieldValueInvalid",
            })
    void aRuleThatDoesNotCompileIsRefused(String rule, String reason) {
        assumeTrue(cluster.atLeast(25), "no CEL rules before Kubernetes 1.25");
        Answer refused = cluster.post(
                        Cluster.WIDGETS_CRD,
                        gadgets(
                                "{type: object, x-kubernetes-validations: [{rule: '%s'}], properties: {y: {type: string}}}"
                                        .formatted(rule)))
                .expect(422);
        assertThat(causes(refused)).anyMatch(cause -> cause.contains("x-kubernetes-validations[0].rule " + reason));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{statusReplicasPath: .status.n}                                          | scale.specReplicasPath FieldValueRequired",
                "{specReplicasPath: .spec.n}                                              | scale.statusReplicasPath FieldValueRequired",
                "{specReplicasPath: n, statusReplicasPath: .status.n}                     | scale.specReplicasPath FieldValueInvalid",
                "{specReplicasPath: .status.n, statusReplicasPath: .status.n}             | scale.specReplicasPath FieldValueInvalid",
                "{specReplicasPath: .spec.n, statusReplicasPath: .spec.n}                 | scale.statusReplicasPath FieldValueInvalid",
                "{specReplicasPath: .spec.n, statusReplicasPath: .status.n, labelSelectorPath: .x} | scale.labelSelectorPath FieldValueInvalid",
            })
    void aScaleWithoutPathsToReplicasIsRefused(String scale, String cause) {
        String definition = gadgets("{type: object}")
                .replace("storage: true", "storage: true\n      subresources: {scale: " + scale + "}");
        Answer refused = cluster.post(Cluster.WIDGETS_CRD, definition).expect(422);
        assertThat(causes(refused)).as(refused.message()).anyMatch(found -> found.endsWith(cause));
        cluster.get(ONE).expect(404);
    }

    @Test
    void whatElseIsWrong() {
        String good = gadgets("{type: object}");
        assertThat(causes(cluster.post(Cluster.WIDGETS_CRD, good.replace("name: gadgets.test", "name: others.test"))
                        .expect(422)))
                .contains("metadata.name FieldValueInvalid");
        assertThat(causes(cluster.post(Cluster.WIDGETS_CRD, good.replace("scope: Namespaced", "scope: Some"))
                        .expect(422)))
                .contains("spec.scope FieldValueNotSupported");
        assertThat(causes(cluster.post(Cluster.WIDGETS_CRD, good.replace("storage: true", "storage: false"))
                        .expect(422)))
                .anyMatch(cause -> cause.startsWith("spec.versions"));
        assertThat(causes(cluster.post(Cluster.WIDGETS_CRD, good.replace("kind: Gadget,", "kind: '',"))
                        .expect(422)))
                .contains("spec.names.kind FieldValueRequired");
        assertThat(causes(
                        cluster.post(Cluster.WIDGETS_CRD, good.replace("schema: {openAPIV3Schema: {type: object}}", ""))
                                .expect(422)))
                .anyMatch(cause -> cause.contains("schema"));
        cluster.get(ONE).expect(404);
    }

    @Test
    void someOfADefinitionIsImmutable() {
        cluster.post(Cluster.WIDGETS_CRD, gadgets("{type: object}")).expect(201);
        await().atMost(60, SECONDS).until(() -> cluster.get(path()).code() == 200);
        for (String change : new String[] {"{spec: {scope: Cluster}}", "{spec: {names: {plural: others}}}"}) {
            Answer refused = cluster.mergePatch(ONE, change).expect(422);
            assertThat(refused.message()).contains("field is immutable");
        }
    }

    /** With the cost of their rules, which only Kubernetes estimates. */
    @Test
    void theDefinitionsOfThisProjectAreGood() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("..", "..", "crds"))) {
            List<Path> definitions =
                    files.filter(file -> file.toString().endsWith(".yaml")).toList();
            assertThat(definitions).hasSizeGreaterThanOrEqualTo(4);
            for (Path file : definitions) {
                String yaml = Files.readString(file);
                String path = Cluster.WIDGETS_CRD + "/"
                        + Cluster.parse(yaml).at("/metadata/name").asText();
                Answer answer = cluster.send(
                        "PATCH", path + "?fieldManager=m&force=true&dryRun=All", "application/apply-patch+yaml", yaml);
                assertThat(answer.code()).as(answer.text()).isIn(200, 201);
            }
        }
    }
}
