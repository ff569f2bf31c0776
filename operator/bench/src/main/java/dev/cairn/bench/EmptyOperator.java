package dev.cairn.bench;

import dev.cairn.api.Crds;
import dev.cairn.api.HostResource;
import dev.cairn.embedded.EmbeddedApi;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.nio.file.Path;

/** The peer of {@link Startup}: an operator that does nothing, on the same API; ends at its first reconciliation. */
public final class EmptyOperator {
    private EmptyOperator() {}

    @ControllerConfiguration(name = "empty")
    private static final class Nothing implements Reconciler<HostResource> {
        @Override
        public UpdateControl<HostResource> reconcile(HostResource host, Context<HostResource> context) {
            Runtime.getRuntime().halt(0);
            return UpdateControl.noUpdate();
        }
    }

    /** The first argument is an empty directory for the API's state. */
    public static void main(String[] arguments) throws Exception {
        Path state = Path.of(arguments[0]);
        EmbeddedApi api =
                EmbeddedApi.start(EmbeddedApi.Config.local(state.resolve("api"), Crds.yaml(), Admission.ALLOW_ALL));
        Path kubeconfig = state.resolve("kubeconfig");
        api.writeKubeconfig(kubeconfig);
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
        Operator operator = new Operator(overrider -> overrider.withKubernetesClient(client));
        operator.register(new Nothing());
        operator.start();
        String host = """
                apiVersion: cairn.dev/v1alpha1
                kind: Host
                metadata: {name: nowhere}
                spec: {docker: {url: "unix:///nowhere.sock"}}
                """;
        client.resource(client.getKubernetesSerialization().unmarshal(host, HostResource.class))
                .create();
        Thread.currentThread().join();
    }
}
