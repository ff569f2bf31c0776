package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.junit.LocallyRunOperatorExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** JOSDK's own extension for tests as it comes: its namespace, its definitions, its informers, with leader election. */
class LocallyRunTest {
    private static final Cluster CLUSTER = Cluster.get();
    private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/default/leases/conformance-sprockets";

    /** What the extension brings a definition for. */
    @Group("test.cairn.dev")
    @Version("v1")
    public static final class Sprocket extends CustomResource<Sprocket.Teeth, Sprocket.Teeth> implements Namespaced {
        private static final long serialVersionUID = 1L;

        /** What is wanted, and what was found. */
        public static final class Teeth {
            public Integer teeth;
        }
    }

    @ControllerConfiguration
    static final class SprocketReconciler implements Reconciler<Sprocket>, Cleaner<Sprocket> {
        @Override
        public UpdateControl<Sprocket> reconcile(Sprocket sprocket, Context<Sprocket> context) {
            sprocket.setStatus(new Sprocket.Teeth());
            sprocket.getStatus().teeth = sprocket.getSpec().teeth;
            return UpdateControl.patchStatus(sprocket);
        }

        @Override
        public DeleteControl cleanup(Sprocket sprocket, Context<Sprocket> context) {
            return DeleteControl.defaultDelete();
        }
    }

    @RegisterExtension
    final LocallyRunOperatorExtension operator = LocallyRunOperatorExtension.builder()
            .withKubernetesClient(CLUSTER.client("default", false))
            .withInfrastructureKubernetesClient(CLUSTER.client("default", false))
            .withConfigurationService(settings -> settings.withLeaderElectionConfiguration(
                    LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration("conformance-sprockets")
                            .withLeaseNamespace("default")
                            .withIdentity("one")
                            .withExitOnStopLeading(false) // else it ends this process when it stops
                            .build()))
            .withReconciler(new SprocketReconciler())
            .build();

    @AfterEach
    void removeLease() {
        CLUSTER.delete(LEASE);
    }

    @Test
    void aSprocketIsReconciledByTheLeaderAndCleanedUp() {
        await().atMost(30, SECONDS)
                .until(() -> CLUSTER.get(LEASE).at("/spec/holderIdentity").equals("one"));
        Sprocket sprocket = new Sprocket();
        sprocket.getMetadata().setName("s");
        sprocket.setSpec(new Sprocket.Teeth());
        sprocket.getSpec().teeth = 12;
        operator.create(sprocket);
        await().atMost(30, SECONDS).until(() -> {
            Sprocket seen = operator.get(Sprocket.class, "s");
            return seen.getStatus() != null && seen.getStatus().teeth == 12;
        });
        operator.delete(operator.get(Sprocket.class, "s"));
        await().atMost(30, SECONDS).until(() -> operator.get(Sprocket.class, "s") == null);
    }
}
