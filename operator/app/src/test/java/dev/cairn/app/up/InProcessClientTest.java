package dev.cairn.app.up;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cairn.app.operator.LeanResources;
import dev.cairn.embedded.EmbeddedApi;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InProcessClientTest {
    @TempDir
    Path directory;

    private EmbeddedApi api;
    private KubernetesClient client;

    @BeforeEach
    void start() throws Exception {
        api = EmbeddedApi.start(EmbeddedApi.Config.local(directory, List.of(), Admission.ALLOW_ALL));
        client = client(api.adminToken());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        api.close();
    }

    private KubernetesClient client(String token) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(api.url())
                .withOauthToken(token)
                .withNamespace("default")
                .withRequestRetryBackoffLimit(0)
                .build();
        return InProcessClient.of(api.inProcess(), config, LeanResources.serialization());
    }

    private static ConfigMap map(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .addToData("value", value)
                .build();
    }

    @Test
    void objectsAreWrittenAndRead() {
        client.resource(map("a", "1")).create();
        client.resource(map("a", "2")).update();
        client.configMaps().withName("a").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"merged\":\"3\"}}");
        client.resource(map("b", "é")).serverSideApply();
        assertThat(client.configMaps().withName("a").get().getData())
                .containsEntry("value", "2")
                .containsEntry("merged", "3");
        assertThat(client.configMaps().list().getItems())
                .extracting(m -> m.getMetadata().getName())
                .containsExactly("a", "b");
        assertThat(client.configMaps().withName("b").get().getData()).containsEntry("value", "é");
        client.configMaps().withName("a").delete();
        assertThat(client.configMaps().withName("a").get()).isNull();
    }

    @Test
    void refusalsAreToldAsOverHttps() {
        client.resource(map("a", "1")).create();
        assertThatThrownBy(() -> client.resource(map("a", "1")).create())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e).hasMessageContaining("already exists");
                });
        try (KubernetesClient stranger = client("nobody")) {
            assertThatThrownBy(() -> stranger.configMaps().list())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            e -> assertThat(e.getCode()).isEqualTo(401));
        }
    }

    @Test
    void informersFollowAllChangesUntilTheyAreStopped() {
        client.resource(map("first", "0")).create();
        var informer = client.configMaps().inform();
        for (int i = 0; i < 100; i++) {
            client.resource(map("m" + i, "0")).create();
        }
        await().atMost(20, SECONDS).until(() -> informer.getStore().list().size() == 101);
        client.configMaps().delete();
        await().atMost(20, SECONDS).until(() -> informer.getStore().list().isEmpty());
        informer.stop();
        await().atMost(20, SECONDS).until(() -> !informer.isWatching());
    }
}
