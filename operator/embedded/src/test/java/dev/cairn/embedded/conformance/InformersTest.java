package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fabric8's informers, over WebSocket and over plain HTTP. */
class InformersTest extends OnCluster {
    private ConfigMap map(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .addToLabels("group", "informer")
                .endMetadata()
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void informersFollowAllChanges(boolean onlyHttp) {
        try (KubernetesClient client = cluster.client(namespace, onlyHttp)) {
            client.resource(map("m-0")).create();
            var informer = client.configMaps().withLabel("group").inform();
            assertThat(informer.getStore().list()).hasSize(1);
            for (int i = 1; i < 50; i++) {
                client.resource(map("m-" + i)).create();
            }
            await().atMost(30, SECONDS).until(() -> informer.getStore().list().size() == 50);
            String large = "x".repeat(500_000);
            client.configMaps()
                    .withName("m-1")
                    .edit(map ->
                            new ConfigMapBuilder(map).addToData("large", large).build());
            await().atMost(30, SECONDS)
                    .until(() -> informer.getStore().list().stream()
                            .anyMatch(map -> map.getData() != null
                                    && large.equals(map.getData().get("large"))));
            client.configMaps().withLabel("group").delete();
            await().atMost(30, SECONDS).until(() -> informer.getStore().list().isEmpty());
            informer.stop();
        }
    }
}
