package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.adapters.docker.Secrets.Secret;
import dev.cairn.core.model.Container.Phase;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.ImagePull.Policy;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Resources;
import dev.cairn.core.model.Security;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that wants a password, and what Secrets do about it. */
class DockerRegistryTest {
    private static final TestImage ONE = TestImage.server("cairn-test/one:v1");
    private static final TestImage OTHER = ONE.with("Labels", Map.of("build", "other"));
    private static final Map<ObjectKey, Secret> SECRETS = new ConcurrentHashMap<>();
    private static final ObjectKey GOOD = new ObjectKey("default", "regcred");
    private static final ObjectKey WRONG = new ObjectKey("default", "outdated");

    @TempDir
    static Path directory;

    private static RealRegistry registry;
    private static PrivateEngine docker;
    private static DockerEngine engine;
    private static Host host;
    private static String image;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        docker = PrivateEngine.start();
        registry = new RealRegistry(directory, docker.bridgeAddress());
        host = docker.host("docker01");
        engine = new DockerEngine(
                "test", DockerConfig.defaults(), new Heard(), key -> Optional.ofNullable(SECRETS.get(key)));
        image = registry.name() + "/team/web:v1";
        push(ONE);
    }

    private static void push(TestImage build) throws InterruptedException {
        docker.load(build);
        registry.push(docker.client(), build.reference(), "team/web", "v1");
        docker.client().removeImageCmd(build.reference()).withForce(true).exec();
    }

    @AfterAll
    static void stop() {
        engine.close();
        docker.close();
        registry.close();
    }

    @BeforeEach
    void secrets() {
        SECRETS.clear();
        SECRETS.put(GOOD, registry.secret(RealRegistry.USER, RealRegistry.PASSWORD));
        SECRETS.put(WRONG, registry.secret(RealRegistry.USER, "wrong-word"));
        docker.client()
                .listImagesCmd()
                .exec()
                .forEach(one -> docker.client()
                        .removeImageCmd(one.getId())
                        .withForce(true)
                        .exec());
    }

    private static ImagePull with(ObjectKey... secrets) {
        return new ImagePull(Policy.IF_NOT_PRESENT, List.of(secrets));
    }

    private static ImagePull when(Policy policy) {
        return new ImagePull(policy, List.of(GOOD));
    }

    private static void assertRefused(String reason, String words, String text, ImagePull how) {
        PortException e = catchThrowableOfType(PortException.class, () -> engine.pull(host, text, how));
        assertThat(e.reason()).isEqualTo(reason);
        assertThat(e.getMessage()).contains(text, "docker01", words).doesNotContain("\n", "word");
    }

    @Test
    void imageIsPulledWithItsSecretAndPinned() throws PortException {
        String pinned = engine.pull(host, image, with(GOOD));
        assertThat(pinned).startsWith(registry.name() + "/team/web@sha256:");
        assertThat(engine.look(host, Map.of(), Set.of(image)).images()).isEqualTo(Map.of(image, pinned));
    }

    @Test
    void secretsAreTriedInTheirOrder() throws PortException {
        assertThat(engine.pull(host, image, with(new ObjectKey("default", "none"), WRONG, GOOD)))
                .contains("@sha256:");
    }

    @Test
    void withoutCredentialsThatFitTheRegistryRefuses() {
        assertRefused("RegistryRefused", "spec.template.imagePullSecrets", image, ImagePull.DEFAULT);
        assertRefused("RegistryRefused", "refuses the credentials in the Secret default/outdated", image, with(WRONG));
        ObjectKey none = new ObjectKey("default", "none");
        assertRefused("RegistryRefused", "the Secret default/none does not exist", image, with(none));
        SECRETS.put(none, new Secret("1", Map.of("password", new byte[] {1})));
        assertRefused("RegistryRefused", "the Secret default/none has no .dockerconfigjson", image, with(none));
        SECRETS.put(none, config("{\"auths\":{\"ghcr.io\":{\"auth\":\"YTpi\"}}}"));
        assertRefused("RegistryRefused", "has no credentials for " + registry.name(), image, with(none));
        SECRETS.put(none, config("{\"auths\": s3cret-word"));
        assertRefused("RegistryRefused", "has a .dockerconfigjson that cannot be read", image, with(none));
    }

    private static Secret config(String text) {
        return new Secret("1", Map.of(".dockerconfigjson", text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void unknownTagIsNotFoundAndAnAbsentRegistryIsToldApart() {
        assertRefused("ImageNotFound", "its registry does not have it", registry.name() + "/team/web:v9", with(GOOD));
        assertRefused("ImageNotFound", "its registry does not have it", registry.name() + "/team/no:v1", with(GOOD));
        assertRefused("ImagePullFailed", "connection refused", "127.0.0.1:1/team/web:v1", with(GOOD));
    }

    @Test
    void policySaysWhetherATagIsResolvedAnew() throws PortException, InterruptedException {
        assertRefused("ImageNotFound", "imagePullPolicy is Never", image, when(Policy.NEVER));
        String first = engine.pull(host, image, with(GOOD));
        try (PrivateEngine developer = PrivateEngine.start()) {
            developer.load(OTHER);
            registry.push(developer.client(), OTHER.reference(), "team/web", "v1");
            assertThat(engine.pull(host, image, when(Policy.IF_NOT_PRESENT))).isEqualTo(first);
            assertThat(engine.pull(host, image, when(Policy.NEVER))).isEqualTo(first);
            String second = engine.pull(host, image, when(Policy.ALWAYS));
            assertThat(second).contains("@sha256:").isNotEqualTo(first);
            assertThat(engine.pull(host, first, when(Policy.ALWAYS)))
                    .as("a digest is never asked for anew")
                    .isEqualTo(first);
        } finally {
            secrets();
            push(ONE);
        }
    }

    @Test
    void containerWhoseImageIsAbsentIsStartedWithTheSecretsOfItsTemplate() throws PortException {
        Template template = new Template(
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                null,
                1,
                List.of("regcred"),
                Policy.IF_NOT_PRESENT,
                Resources.NONE,
                Security.NONE);
        Owner owner = new Owner(new ObjectKey("default", "healed"), 0, 1);
        Entry entry = new Entry(1, new Version("v1"), engine.pull(host, image, with(GOOD)), 0, template);
        docker.client().removeImageCmd(image).withForce(true).exec();
        secrets();
        assertThat(docker.client().listImagesCmd().exec()).isEmpty();
        engine.start(host, owner, entry);
        assertThat(engine.look(host, Map.of(), Set.of()).containers())
                .singleElement()
                .satisfies(c -> assertThat(c.phase()).isEqualTo(Phase.RUNNING));
        engine.remove(
                host, engine.look(host, Map.of(), Set.of()).containers().get(0).id(), 0);
    }
}
