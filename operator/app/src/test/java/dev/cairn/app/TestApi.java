package dev.cairn.app;

import dev.cairn.api.Crds;
import dev.cairn.embedded.EmbeddedApi;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A Kubernetes API with Cairn's kinds and without an operator. */
public final class TestApi implements AutoCloseable {
    private final EmbeddedApi api;
    private final Path kubeconfig;
    private final KubernetesClient client;

    public TestApi(Path directory, Admission admission) throws IOException {
        api = EmbeddedApi.start(EmbeddedApi.Config.local(directory.resolve("api"), Crds.yaml(), admission));
        kubeconfig = directory.resolve("kubeconfig");
        api.writeKubeconfig(kubeconfig);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
    }

    public Path kubeconfig() {
        return kubeconfig;
    }

    public KubernetesClient client() {
        return client;
    }

    /** Applies YAML as a user. */
    public void apply(String yaml) {
        // With the separator the client takes it for YAML whatever its first character is.
        client.load(new ByteArrayInputStream(("---\n" + yaml).getBytes(StandardCharsets.UTF_8)))
                .forceConflicts()
                .serverSideApply();
    }

    @Override
    public void close() throws IOException {
        client.close();
        api.close();
    }
}
