package dev.cairn.app.up;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.app.TestApi;
import dev.cairn.embedded.EmbeddedApi;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that cannot be used is said to be so in one sentence, before anything is begun. */
class GreetingTest {
    @TempDir
    Path directory;

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    @Test
    void aClusterThatKnowsTheKindsIsUsedAndAnUnknownUserIsTold() throws Exception {
        try (TestApi api = new TestApi(directory, Admission.ALLOW_ALL)) {
            assertThatCode(() -> Up.greet(api.client())).doesNotThrowAnyException();
            Config known = api.client().getConfiguration();
            Config unknown = new ConfigBuilder(Config.empty())
                    .withMasterUrl(known.getMasterUrl())
                    .withCaCertData(known.getCaCertData())
                    .withOauthToken("nobody")
                    .build();
            try (KubernetesClient client = client(unknown)) {
                assertThatThrownBy(() -> Up.greet(client))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("does not know the user of the kubeconfig")
                        .hasMessageNotContaining("Failure executing");
            }
        }
    }

    @Test
    void aClusterWithoutTheDefinitionsIsToldWhatToDo() throws Exception {
        Path kubeconfig = directory.resolve("kubeconfig");
        try (EmbeddedApi api =
                EmbeddedApi.start(EmbeddedApi.Config.local(directory.resolve("api"), List.of(), Admission.ALLOW_ALL))) {
            api.writeKubeconfig(kubeconfig);
            try (KubernetesClient client = client(Config.fromKubeconfig(kubeconfig.toFile()))) {
                assertThatThrownBy(() -> Up.greet(client))
                        .isInstanceOf(IOException.class)
                        .hasMessageEndingWith(
                                "does not know Cairn's resources; kubectl apply -k manifests defines them");
            }
        }
    }
}
