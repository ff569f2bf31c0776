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

    /** Label of the ConfigMaps of all sources. */
    static final String LABEL = "cairn.dev/source";

    /** Annotation by which the user agrees that what is held is deleted. */
    static final String CONSENT = "cairn.dev/prune-consent";

    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager("cairn-cli")
            .build();

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
        Map<String, String> data = data(get(name));
        try {
            return new Memory(
                    read(data.get("applied"), new TypeReference<Map<String, Memory.Applied>>() {}),
                    read(data.get("refused"), new TypeReference<Map<String, Memory.Refused>>() {}));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Memory.EMPTY; // somebody has edited it: all is applied again, nothing is pruned
        }
    }

    /** What was told last of a source, if anything. */
    Optional<SourceState> state(String name) throws Refusal {
        return state(get(name));
    }

    /** What is told of all sources that are remembered, by the names of their ConfigMaps. */
    Map<String, SourceState> states() throws Refusal {
        Map<String, SourceState> states = new TreeMap<>();
        try {
            for (ConfigMap map : client.configMaps()
                    .inNamespace(NAMESPACE)
                    .withLabel(LABEL)
                    .list()
                    .getItems()) {
                state(map).ifPresent(state -> states.put(map.getMetadata().getName(), state));
            }
            return states;
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        }
    }

    /** Whether the user has agreed to exactly this. The consent is taken: it counts once. */
    boolean takeConsent(String name, SourceState state) throws Refusal {
        ConfigMap map = get(name);
        Map<String, String> annotations = map == null ? null : map.getMetadata().getAnnotations();
        if (annotations == null || !state.consent().equals(annotations.get(CONSENT))) {
            return false;
        }
        annotate(name, "null");
        return true;
    }

    /** Agrees to what is held. */
    void consent(String name, SourceState state) throws Refusal {
        annotate(name, "\"" + state.consent() + "\"");
    }

    private void annotate(String name, String json) throws Refusal {
        try {
            client.configMaps()
                    .inNamespace(NAMESPACE)
                    .withName(name)
                    .patch(MERGE, "{\"metadata\": {\"annotations\": {\"" + CONSENT + "\": " + json + "}}}");
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        }
    }

    private @Nullable ConfigMap get(String name) throws Refusal {
        try {
            return client.configMaps().inNamespace(NAMESPACE).withName(name).get();
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        }
    }

    private static Map<String, String> data(@Nullable ConfigMap map) {
        return map == null || map.getData() == null ? Map.of() : map.getData();
    }

    private static Optional<SourceState> state(@Nullable ConfigMap map) {
        String text = data(map).get("state");
        try {
            return text == null ? Optional.empty() : Optional.ofNullable(JSON.readValue(text, SourceState.class));
        } catch (JsonProcessingException e) {
            return Optional.empty(); // somebody has edited it; it is only a view
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

    /** Stores what is remembered and told of one source. */
    ConfigMap save(String name, Memory memory, SourceState state) throws Refusal {
        ConfigMap map = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(name)
                .addToLabels("app.kubernetes.io/managed-by", "cairn")
                .addToLabels(LABEL, name.startsWith("cairn-git-") ? "git" : "folder")
                .endMetadata()
                .addToData("folder", state.source())
                .addToData("state", json(state))
                .addToData("applied", write(memory.applied()))
                .addToData("refused", write(memory.refused()))
                .build();
        try {
            return client.configMaps().inNamespace(NAMESPACE).withName(name).patch(APPLY, map);
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
        return json(keys);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of strings can always be written", e);
        }
    }
}
