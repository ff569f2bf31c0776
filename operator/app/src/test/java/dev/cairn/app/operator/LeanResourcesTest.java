package dev.cairn.app.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.api.ServiceResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeanResourcesTest {
    private static final String SERVICE = """
            apiVersion: cairn.dev/v1alpha1
            kind: Service
            metadata:
              name: webapp
              namespace: default
              labels: {team: web}
              managedFields:
              - manager: kubectl
                operation: Apply
                time: "2026-01-01T00:00:00Z"
                fieldsType: FieldsV1
                fieldsV1: {"f:spec": {"f:image": {}, "f:stages": {"k:{\\"position\\":0}": {".": {}}}, "f:versions": {}}}
              - manager: cairn
                operation: Apply
                fieldsV1: {"f:metadata": {"f:finalizers": {"v:\\"cairn.dev/service\\"": {}}}}
              - manager: nobody
            spec: {image: webapp, versions: [v1]}
            """;

    private static final ServiceResource FULL = new KubernetesSerialization().unmarshal(SERVICE, ServiceResource.class);

    private final KubernetesSerialization lean = LeanResources.serialization();
    private final ServiceResource service = lean.unmarshal(SERVICE, ServiceResource.class);

    @Test
    void who_manages_is_read_and_of_the_fields_only_whether_the_versions_are_among_them() {
        List<ManagedFieldsEntry> managed = service.getMetadata().getManagedFields();
        assertThat(managed).extracting(ManagedFieldsEntry::getManager).containsExactly("kubectl", "cairn", "nobody");
        assertThat(managed.get(0).getTime()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(managed.get(0).getFieldsV1().getAdditionalProperties()).containsOnlyKeys(LeanResources.VERSIONS);
        assertThat(managed.get(1).getFieldsV1().getAdditionalProperties()).isEmpty();
        assertThat(PastChanges.by(service)).isEqualTo("kubectl");
        assertThat(service.getSpec().image()).isEqualTo("webapp");
    }

    /** The client reads the object of an event as one of any kind first, and writes and reads it again. */
    @Test
    void the_same_comes_of_a_watch() {
        WatchEvent event = lean.unmarshal(
                "{\"type\": \"ADDED\", \"object\": " + new KubernetesSerialization().asJson(FULL) + "}",
                WatchEvent.class);
        assertThat(lean.convertValue(event.getObject(), ServiceResource.class)).isEqualTo(service);
    }

    @Test
    void a_copy_may_be_changed_and_still_knows_who_manages() {
        ServiceResource copy = LeanResources.cloner(lean).clone(service);
        assertThat(copy).isEqualTo(service).isNotSameAs(service);
        assertThat(PastChanges.by(copy)).isEqualTo("kubectl");
        copy.getMetadata().setResourceVersion("7");
        copy.getMetadata().getLabels().put("team", "another");
        assertThat(service.getMetadata().getResourceVersion()).isNull();
        assertThat(service.getMetadata().getLabels()).containsEntry("team", "web");
    }
}
