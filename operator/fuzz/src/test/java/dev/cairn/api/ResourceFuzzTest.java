package dev.cairn.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.fuzz.Fuzz;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Resources that got past every schema: each has a meaning that survives the way through the API, or is refused with one
 * sentence.
 */
class ResourceFuzzTest {
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final int LONGEST = 1_000;

    private interface Meaning<R> {
        Object of(R resource) throws InvalidResource;
    }

    @FuzzTest
    void resources(byte[] input) {
        check(input);
    }

    @Test
    void mangledSeeds() throws Exception {
        Fuzz.run(ResourceFuzzTest.class, 6_000, ResourceFuzzTest::check);
    }

    private static void check(byte[] input) {
        Map<String, Object> read;
        try {
            read = SERIALIZATION.unmarshal(Fuzz.text(input), Map.class);
        } catch (RuntimeException | StackOverflowError e) {
            return; // not even YAML, or too deep for the client's parser: never a resource
        }
        switch (String.valueOf(read == null ? null : read.get("kind"))) {
            case "Service" -> check(read, ServiceResource.class, Mapping::toModel);
            case "Endpoint" -> check(read, EndpointResource.class, Mapping::toModel);
            case "Host" -> check(read, HostResource.class, Mapping::toModel);
            case "ServiceStack" -> check(read, ServiceStackResource.class, Mapping::toModel);
            default -> {}
        }
    }

    private static <R extends HasMetadata> void check(Map<String, Object> read, Class<R> type, Meaning<R> meaning) {
        R resource;
        try {
            resource = SERIALIZATION.convertValue(read, type);
        } catch (IllegalArgumentException e) {
            return; // a text where a number belongs: no client gives that to anybody
        }
        try {
            Object model = meaning.of(resource);
            String json = SERIALIZATION.asJson(resource);
            if (json.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE)) { // half a character
                assertThat(meaning.of(SERIALIZATION.unmarshal(json, type))).isEqualTo(model);
            }
            if (model instanceof Service service) {
                told(service);
            } else if (model instanceof Endpoint endpoint) {
                assertThat(endpoint.routes()).isNotEmpty();
            } else if (model instanceof ServiceStack stack) {
                written(stack);
            }
        } catch (InvalidResource e) {
            Fuzz.assertSentence(e.getMessage(), LONGEST);
            assertThat(e.getMessage()).isEqualTo(e.subject() + ": " + e.found() + "; " + e.wanted());
        }
    }

    /** What users write and others read: in conditions, events and plans. */
    private static void told(Service service) {
        String text = service.request().cause() + service.request().retry();
        service.hold().freezes().forEach(freeze -> assertThat(freeze.to()).isAfter(freeze.from()));
        String reasons = String.join(
                "",
                service.hold().freezes().stream().map(Service.Freeze::reason).toList());
        assertThat((text + reasons).codePoints().filter(Fuzz::moves).boxed()).isEmpty();
        assertThat(service.request().cause()).hasSizeLessThanOrEqualTo(256);
        assertThat(service.template().hash()).hasSize(10);
    }

    /** An operator that reads a stack and writes it back has changed nothing, and can read it. */
    private static void written(ServiceStack stack) throws InvalidResource {
        ServiceStackResource written = SERIALIZATION.unmarshal(
                SERIALIZATION.asJson(Mapping.toResource(stack, "uid")), ServiceStackResource.class);
        written.getMetadata().setGeneration(stack.generation());
        written.getMetadata().setDeletionTimestamp(stack.deleting() ? "2026-01-01T00:00:00Z" : null);
        ServiceStack again = Mapping.toModel(written);
        assertThat(again.edited()).isFalse();
        assertThat(Mapping.toResource(again, "uid").getSpec()).isEqualTo(written.getSpec());
        assertThat(again.containers()).isEqualTo(stack.containers());
        assertThat(again.retained()).isEqualTo(stack.retained());
    }
}
