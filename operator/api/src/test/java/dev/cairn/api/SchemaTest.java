package dev.cairn.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the CRDs accept and refuse, and that the mapping agrees with them. */
class SchemaTest {
    private static CrdServer server;

    @BeforeAll
    static void start() {
        server = new CrdServer();
    }

    @Test
    void everySampleIsAcceptedAndMapped() throws InvalidResource {
        for (String yaml : Samples.ACCEPTED) {
            ObjectNode resource = CrdServer.parse(yaml);

            assertThat(server.admit(resource, null)).as(yaml).isEmpty();

            assertThat(Samples.toModel(resource)).as(yaml).isNotNull();
        }
    }

    @Test
    void theSchemaHasTheDefaultsOfTheMapping() throws InvalidResource {
        for (String yaml : Samples.ACCEPTED) {
            ObjectNode resource = CrdServer.parse(yaml);
            Object asWritten = Samples.toModel(resource);

            server.admit(resource, null);

            assertThat(Samples.toModel(resource)).as(yaml).isEqualTo(asWritten);
        }
    }

    @Test
    void everyBadSampleIsRefusedWithItsReason() {
        for (Samples.Refused refused : Samples.REFUSED) {
            assertThat(server.admit(refused.resource(), null))
                    .as(refused.toString())
                    .singleElement()
                    .asString()
                    .contains(refused.message());
        }
    }

    @Test
    void theMappingRefusesWhatTheRulesRefuse() {
        for (Samples.Refused refused : Samples.REFUSED) {
            if (refused.mappable()) {
                Throwable thrown = catchThrowable(() -> Samples.toModel(refused.resource()));

                assertThat(thrown).as(refused.toString()).isInstanceOf(InvalidResource.class);
                assertThat(thrown.getMessage())
                        .as("one sentence that names the object, what is wrong and what would be right")
                        .matches("(Service|Endpoint|Host) [a-z0-9./-]+: [^\\n]+; [^\\n]+");
            }
        }
    }

    @Test
    void everyRuleHasASampleThatItRefuses() {
        Set<String> seen = new TreeSet<>();
        for (Samples.Refused refused : Samples.REFUSED) {
            seen.addAll(server.admit(refused.resource(), null));
        }
        server.schemas().values().stream()
                .flatMap(schema -> schema.findValues("x-kubernetes-validations").stream())
                .flatMap(rules -> StreamSupport.stream(rules.spliterator(), false))
                .filter(rule -> !rule.get("rule").asText().contains("oldSelf"))
                .forEach(rule -> assertThat(seen)
                        .as("errors of the bad samples")
                        .anySatisfy(error ->
                                assertThat(error).endsWith(rule.get("message").asText())));
    }

    @Test
    void aStackKeepsItsServiceAndOrdinal() throws InvalidResource {
        JsonNode old = json(Mapping.toResource(stack("webapp", 1), "uid"));

        assertThat(server.admit(json(Mapping.toResource(stack("webapp", 1), "uid")), old))
                .isEmpty();
        assertThat(server.admit(json(Mapping.toResource(stack("webapp", 2), "uid")), old))
                .containsExactly(".spec.ordinal: ordinal cannot change: it is in the names of the containers");
        assertThat(server.admit(json(Mapping.toResource(stack("other", 1), "uid")), old))
                .containsExactly(".spec.serviceName: serviceName cannot change: a stack belongs to one service");
    }

    @Test
    void theServerAddsNothingToAStack() throws InvalidResource {
        ObjectNode written = json(Mapping.toResource(stack("webapp", 1), "uid"));
        ObjectNode admitted = written.deepCopy();

        assertThat(server.admit(admitted, null)).isEmpty();

        assertThat(admitted).isEqualTo(written);
    }

    @Test
    void everyFieldIsDescribed() {
        server.schemas().forEach((kind, schema) -> assertDescribed(kind, schema));
    }

    private static void assertDescribed(String path, JsonNode schema) {
        assertThat(schema.path("description").asText()).as(path).isNotEmpty();
        schema.path("properties")
                .fields()
                .forEachRemaining(property -> assertDescribed(path + "." + property.getKey(), property.getValue()));
        schema.path("items")
                .path("properties")
                .fields()
                .forEachRemaining(property -> assertDescribed(path + "[]." + property.getKey(), property.getValue()));
    }

    private static ServiceStack stack(String service, int ordinal) throws InvalidResource {
        ServiceResource full = Serialization.unmarshal(Samples.FULL_SERVICE, ServiceResource.class);
        Entry entry = new Entry(
                1,
                new Version("v1"),
                "webapp@sha256:1",
                20000,
                Mapping.toModel(full).template());
        ObjectKey key = new ObjectKey("shop", service);
        return new ServiceStack(
                new ObjectKey("shop", ServiceStack.name(key, ordinal)),
                1,
                "",
                key,
                ordinal,
                "docker01",
                1,
                1,
                null,
                List.of(entry),
                List.of(entry),
                false,
                false);
    }

    private static ObjectNode json(Object resource) {
        return CrdServer.parse(Serialization.asJson(resource));
    }
}
