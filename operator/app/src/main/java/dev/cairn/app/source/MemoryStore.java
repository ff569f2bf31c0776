package dev.cairn.app.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps what is remembered of a folder in a ConfigMap. */
final class MemoryStore {
    static final String NAMESPACE = "cairn-system";

    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(ApiObjects.FIELD_MANAGER)
            .withForce(true)
            .build();

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;

    MemoryStore(KubernetesClient client) {
        this.client = client;
    }

    /**
     * What is remembered; empty when there is no ConfigMap, or none that can be read.
     *
     * @throws Refusal when the API does not answer
     */
    Memory load(String name) throws Refusal {
        ConfigMap map;
        try {
            map = client.configMaps().inNamespace(NAMESPACE).withName(name).get();
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        }
        Map<String, String> data = map == null || map.getData() == null ? Map.of() : map.getData();
        try {
            return new Memory(
                    read(data.get("applied"), new TypeReference<Map<String, Memory.Applied>>() {}),
                    read(data.get("refused"), new TypeReference<Map<String, Memory.Refused>>() {}));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Memory.EMPTY; // somebody has edited it: all is applied again, nothing is pruned
        }
    }

    /** Makes the namespace where it is missing. */
    void prepare() throws Refusal {
        try {
            if (client.namespaces().withName(NAMESPACE).get() == null) {
                Namespace namespace = new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build();
                client.namespaces().withName(NAMESPACE).patch(APPLY, namespace);
            }
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        }
    }

    /** Stores what is remembered of one folder. */
    void save(String name, String folder, Memory memory) throws Refusal {
        ConfigMap map = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(name)
                .addToLabels("app.kubernetes.io/managed-by", "cairn")
                .endMetadata()
                .addToData("folder", folder)
                .addToData("applied", write(memory.applied()))
                .addToData("refused", write(memory.refused()))
                .build();
        try {
            client.configMaps().inNamespace(NAMESPACE).withName(name).patch(APPLY, map);
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        }
    }

    private static <V> Map<ObjectId, V> read(@Nullable String text, TypeReference<Map<String, V>> type)
            throws JsonProcessingException {
        Map<ObjectId, V> result = new TreeMap<>();
        if (text != null) {
            Map<String, V> map = Optional.ofNullable(JSON.readValue(text, type)).orElse(Map.of());
            map.forEach((key, value) -> result.put(ObjectId.parse(key), value));
        }
        return result;
    }

    private static <V> String write(Map<ObjectId, V> map) {
        Map<String, V> keys = new TreeMap<>();
        map.forEach((id, value) -> keys.put(id.key(), value));
        try {
            return JSON.writeValueAsString(keys);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of strings can always be written", e);
        }
    }
}
