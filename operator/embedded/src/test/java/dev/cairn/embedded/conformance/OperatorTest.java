package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java Operator SDK with its defaults: finalizer, informers, status by server-side apply. */
class OperatorTest extends OnCluster {
    @ControllerConfiguration
    static final class WidgetReconciler implements Reconciler<Widget>, Cleaner<Widget> {
        final Set<String> cleaned = ConcurrentHashMap.newKeySet();

        @Override
        public List<EventSource<?, Widget>> prepareEventSources(EventSourceContext<Widget> context) {
            var configuration = InformerEventSourceConfiguration.from(ConfigMap.class, Widget.class)
                    .withLabelSelector("made-by=widgets")
                    .build();
            return List.of(new InformerEventSource<>(configuration, context));
        }

        @Override
        public UpdateControl<Widget> reconcile(Widget widget, Context<Widget> context) {
            ConfigMap child = new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName(widget.getMetadata().getName())
                    .withNamespace(widget.getMetadata().getNamespace())
                    .addToLabels("made-by", "widgets")
                    .endMetadata()
                    .withData(Map.of("image", widget.getSpec().image, "size", "" + widget.getSpec().size))
                    .build();
            child.addOwnerReference(widget);
            context.getClient()
                    .resource(child)
                    .fieldManager("reconciler")
                    .forceConflicts()
                    .serverSideApply();

            Widget patch = Widget.named(widget.getMetadata().getName(), null);
            patch.getMetadata().setNamespace(widget.getMetadata().getNamespace());
            patch.setSpec(null);
            patch.setStatus(new Widget.Status());
            patch.getStatus().size = widget.getSpec().size;
            patch.getStatus().observedGeneration = widget.getMetadata().getGeneration();
            patch.getStatus().conditions = List.of(
                    new ConditionBuilder().withType("Ready").withStatus("True").build());
            return UpdateControl.patchStatus(patch);
        }

        @Override
        public DeleteControl cleanup(Widget widget, Context<Widget> context) {
            cleaned.add(widget.getMetadata().getName());
            return DeleteControl.defaultDelete();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReconcilerConvergesHealsAndCleansUp(boolean onlyHttp) throws Exception {
        WidgetReconciler reconciler = new WidgetReconciler();
        try (KubernetesClient client = cluster.client(namespace, true);
                KubernetesClient forOperator = cluster.client(namespace, onlyHttp)) {
            Operator operator = new Operator(overrider -> overrider.withKubernetesClient(forOperator));
            operator.register(reconciler, settings -> settings.settingNamespaces(namespace));
            operator.start();
            client.resource(widgetOf("one")).create();
            await().atMost(30, SECONDS).until(() -> widget(client).getStatus() != null);
            assertThat(widget(client).getFinalizers()).isNotEmpty();

            client.resources(Widget.class).withName("one").edit(w -> {
                w.getSpec().size = 4;
                return w;
            });
            await().atMost(30, SECONDS)
                    .until(() -> widget(client).getStatus().size == 4
                            && widget(client).getStatus().observedGeneration == 2L);
            assertThat(child(client).getData()).containsEntry("size", "4");

            client.configMaps().withName("one").delete();
            await().atMost(30, SECONDS).until(() -> child(client) != null);

            client.resources(Widget.class).withName("one").delete();
            await().atMost(30, SECONDS).until(() -> widget(client) == null && child(client) == null);
            assertThat(reconciler.cleaned).containsExactly("one");
            operator.stop();
        }
    }

    private Widget widgetOf(String name) {
        Widget widget = Widget.named(name, "nginx");
        widget.getMetadata().setNamespace(namespace);
        return widget;
    }

    private static Widget widget(KubernetesClient client) {
        return client.resources(Widget.class).withName("one").get();
    }

    private static ConfigMap child(KubernetesClient client) {
        return client.configMaps().withName("one").get();
    }
}
