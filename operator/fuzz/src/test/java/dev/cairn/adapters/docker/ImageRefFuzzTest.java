package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cairn.api.InvalidResource;
import dev.cairn.api.Mapping;
import dev.cairn.api.ServiceResource;
import dev.cairn.fuzz.Fuzz;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** References as users declare them, and as engines tell them. Lines: a name, a tag, a reference, one of an engine's. */
class ImageRefFuzzTest {
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final String ID = "sha256:" + "0".repeat(64);

    @FuzzTest
    void references(byte[] input) {
        check(input);
    }

    @Test
    void mangledSeeds() throws Exception {
        Fuzz.run(ImageRefFuzzTest.class, 8_000, ImageRefFuzzTest::check);
    }

    private static void check(byte[] input) {
        List<String> lines = Fuzz.lines(input, 4);
        String declared = lines.get(0) + ":" + lines.get(1);
        // An image of that name could not be told from an id.
        if (isAccepted(lines.get(0), lines.get(1)) && !lines.get(0).equals("sha256")) {
            assertThat(ImageRef.parse(declared))
                    .as("what is accepted can be pulled: %s", declared)
                    .isPresent();
        }
        for (String text : List.of(declared, lines.get(2), lines.get(3))) {
            ImageRef.parse(text).ifPresent(ref -> understood(ref, text, lines.get(3)));
        }
    }

    private static boolean isAccepted(String image, String version) {
        Map<String, Object> resource = Map.of(
                "metadata", Map.of("name", "webapp"), "spec", Map.of("image", image, "versions", List.of(version)));
        try {
            Mapping.toModel(SERIALIZATION.convertValue(resource, ServiceResource.class));
            return true;
        } catch (InvalidResource e) {
            Fuzz.assertSentence(e.getMessage(), 400);
            return false;
        }
    }

    private static void understood(ImageRef ref, String text, String known) {
        assertThat(ref.text()).isEqualTo(text).matches("[!-~]+");
        if (ref.isId()) {
            assertThat(ref.digest()).isEqualTo(text);
            return;
        }
        String tag = ref.tag() == null ? "" : ":" + ref.tag();
        String digest = ref.digest() == null ? "" : "@" + ref.digest();
        assertThat(ref.repository() + tag + digest).isEqualTo(text);
        assertThat(ref.registry()).isNotEmpty().doesNotContain("/");
        String pinned = ref.pinned(List.of("", known), ID);
        Optional<ImageRef> again = ImageRef.parse(pinned);
        assertThat(again.map(ImageRef::digest)).as("pinned as %s", pinned).isPresent();
        assertThat(again.orElseThrow().isId()
                        || again.orElseThrow().repository().equals(ref.repository()))
                .isTrue();
    }
}
