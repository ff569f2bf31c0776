package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Generates the CRDs from the resource classes. */
final class CrdFiles {
    /** The directory of the checked in CRDs; Maven runs tests in the module's directory. */
    static final Path DIRECTORY = Path.of("..", "..", "crds");

    private static final List<Class<? extends CustomResource<?, ?>>> KINDS =
            List.of(ServiceResource.class, ServiceStackResource.class, EndpointResource.class, HostResource.class);

    private CrdFiles() {}

    /** File name to content. */
    static SortedMap<String, String> generate() throws IOException {
        Path directory = Files.createTempDirectory("crds");
        SortedMap<String, String> files = new TreeMap<>();
        new CRDGenerator()
                .customResourceClasses(List.copyOf(KINDS))
                .forCRDVersions("v1")
                .withPostProcessor(new Finish())
                .inOutputDir(directory.toFile())
                .generate();
        try (Stream<Path> generated = Files.list(directory)) {
            for (Path file : generated.toList()) {
                String yaml =
                        Files.readString(file).replaceFirst("^#.*", "# Generated from operator/api; do not edit.");
                files.put(file.getFileName().toString().replace("-v1.yml", ".yaml"), yaml);
                Files.delete(file);
            }
        }
        Files.delete(directory);
        return files;
    }

    /** Lists of named things are merged by key, when the key is required; all others are replaced as a whole. */
    private static final Map<String, String> LIST_KEYS =
            Map.of("conditions", "type", "stages", "name", "env", "name", "ports", "containerPort");

    /** What the generator's annotations cannot say. */
    private static final class Finish implements CRDPostProcessor {
        @Override
        public HasMetadata process(HasMetadata resource, String crdSpecVersion) {
            CustomResourceDefinition crd = (CustomResourceDefinition) resource;
            crd.getSpec().getNames().setCategories(List.of("cairn"));
            CustomResourceDefinitionVersion version =
                    crd.getSpec().getVersions().get(0);
            version.setAdditionalPrinterColumns(version.getAdditionalPrinterColumns().stream()
                    .sorted((a, b) -> Integer.compare(columnOrder(crd, a.getName()), columnOrder(crd, b.getName())))
                    .toList());
            JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();
            schema.setDescription(
                    kindOf(crd).getAnnotation(JsonClassDescription.class).value());
            schema.getProperties().get("spec").setDescription("What is declared.");
            schema.getProperties().get("status").setDescription("What the operator reports. It is a view of the rest.");
            schema.setRequired(List.of("spec"));
            distinctRules(schema);
            listTypes(schema);
            if (crd.getSpec().getNames().getKind().equals("ServiceStack")) {
                JSONSchemaProps spec = schema.getProperties().get("spec");
                Stream.of("containers", "next")
                        .map(list -> spec.getProperties().get(list).getItems().getSchema())
                        .forEach(entry -> withoutRules(entry.getProperties().get("template")));
            }
            return crd;
        }

        /** The generator sorts the columns by path; they are wanted as they are written on the class. */
        private static int columnOrder(CustomResourceDefinition crd, String column) {
            Class<?> kind = KINDS.stream()
                    .filter(k -> HasMetadata.getKind(k)
                            .equals(crd.getSpec().getNames().getKind()))
                    .findFirst()
                    .orElseThrow();
            return Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                    .map(AdditionalPrinterColumn::name)
                    .toList()
                    .indexOf(column);
        }

        private static Class<?> kindOf(CustomResourceDefinition crd) {
            return KINDS.stream()
                    .filter(k -> HasMetadata.getKind(k)
                            .equals(crd.getSpec().getNames().getKind()))
                    .findFirst()
                    .orElseThrow();
        }

        /** The generator finds a rule of a record's component twice: on the field and on the accessor. */
        private static void distinctRules(JSONSchemaProps schema) {
            schema.setXKubernetesValidations(
                    schema.getXKubernetesValidations().stream().distinct().toList());
            schema.getProperties().values().forEach(Finish::distinctRules);
            if (schema.getItems() != null) {
                distinctRules(schema.getItems().getSchema());
            }
        }

        private static void listTypes(JSONSchemaProps schema) {
            schema.getProperties().forEach((name, property) -> {
                if (property.getItems() == null) {
                    listTypes(property);
                    return;
                }
                JSONSchemaProps items = property.getItems().getSchema();
                String key = LIST_KEYS.get(name);
                if (key != null && items.getRequired().contains(key)) {
                    property.setXKubernetesListType("map");
                    property.setXKubernetesListMapKeys(List.of(key));
                } else {
                    property.setXKubernetesListType("atomic");
                }
                listTypes(items);
            });
        }

        /** The template in a stack's record keeps its types only: it was checked when the service was applied. */
        private static void withoutRules(JSONSchemaProps schema) {
            schema.setDefault(null);
            schema.setXKubernetesValidations(List.of());
            schema.getProperties().values().forEach(Finish::withoutRules);
            if (schema.getItems() != null) {
                withoutRules(schema.getItems().getSchema());
            }
        }
    }
}
