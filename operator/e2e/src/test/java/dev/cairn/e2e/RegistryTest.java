package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.adapters.docker.PrivateEngine;
import dev.cairn.adapters.docker.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A private registry: TLS, and a password that comes from a Secret. */
@ExtendWith(CairnExtension.class)
final class RegistryTest {
    @Test
    void F95_imagesOfAPrivateRegistryArePulledWithTheSecretAndAMovedTagIsNotFollowed(
            Cairn cairn, @TempDir Path directory) throws IOException, InterruptedException {
        PrivateEngine first = cairn.engines().of(Engines.FIRST);
        try (RealRegistry registry = new RealRegistry(directory, first.bridgeAddress())) {
            registry.push(first.client(), "webapp:v0.1", "team/web", "v0.1");
            String image = registry.name() + "/team/web";
            try (Engines.Births births = cairn.engines().births();
                    Subject stored =
                            Subject.declare(cairn, new Yaml.Service("stored", "v0.1").image("\"" + image + "\""))) {
                assertThat(cairn.awaitCondition(stored.path(), "Ready", "RegistryRefused"))
                        .contains(image + ":v0.1", "spec.template.imagePullSecrets");
                cairn.api()
                        .patch(
                                stored.path(),
                                "{\"spec\":{\"template\":{\"imagePullSecrets\":[{\"name\":\"regcred\"}]}}}");
                Cairn.patiently("the missing Secret told")
                        .until(() -> cairn.awaitCondition(stored.path(), "Ready", "RegistryRefused")
                                .contains("the Secret default/regcred does not exist"));
                assertThat(births.of("stored")).isEmpty();
                createSecret(cairn, registry);
                stored.awaitReady();
                assertThat(stored.containers()).hasSize(6).allMatch(Seen::running);
                for (JsonNode stack : stored.stacks()) {
                    stack.path("spec")
                            .path("containers")
                            .forEach(entry ->
                                    assertThat(entry.path("image").asText()).startsWith(image + "@sha256:"));
                }
                assertThat(stored.resource() + stored.stacks().toString()).doesNotContain(RealRegistry.PASSWORD);
                assertMovedTagIsTold(cairn, stored, image);
            }
        } finally {
            cairn.kubectl().run("", "delete", "secret", "regcred");
        }
    }

    private static void createSecret(Cairn cairn, RealRegistry registry) {
        cairn.kubectl()
                .ok(
                        "create",
                        "secret",
                        "docker-registry",
                        "regcred",
                        "--docker-server=" + registry.name(),
                        "--docker-username=" + RealRegistry.USER,
                        "--docker-password=" + RealRegistry.PASSWORD);
    }

    private static void assertMovedTagIsTold(Cairn cairn, Subject stored, String image) {
        List<String> lives = stored.lives();
        cairn.engines()
                .of(Engines.FIRST)
                .client()
                .tagImageCmd("webapp:v0.5", image, "v0.1")
                .exec();
        assertThat(cairn.awaitCondition(stored.path(), "Compliant", "TagMoved"))
                .contains(
                        "v0.1 was pushed as sha256:",
                        image + ":v0.1 on Host " + Engines.FIRST,
                        "stays as it was pushed");
        cairn.awaitCondition(stored.path(), "Ready", "True");
        assertThat(stored.lives()).isEqualTo(lives);
    }
}
