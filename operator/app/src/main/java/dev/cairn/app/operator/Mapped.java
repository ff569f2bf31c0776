package dev.cairn.app.operator;

import dev.cairn.api.InvalidResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resources of one kind as the core knows them; each is mapped once for each of its versions. */
final class Mapped<R extends HasMetadata, M> {
    private static final Logger LOG = LoggerFactory.getLogger(Mapped.class);

    /** How a resource becomes what the core knows. */
    interface Mapping<R, M> {
        M map(R resource) throws InvalidResource;
    }

    /** @param model empty when the resource makes no sense */
    private record Version<M>(String resourceVersion, Optional<M> model) {}

    private final Mapping<R, M> mapping;
    private Map<String, Version<M>> versions = Map.of();
    private List<M> models = List.of();

    Mapped(Mapping<R, M> mapping) {
        this.mapping = mapping;
    }

    /**
     * All that make sense: what belongs to somebody else must not stop a service. The same list as before while nothing
     * has changed.
     */
    synchronized List<M> of(List<R> resources) {
        Map<String, Version<M>> now = new LinkedHashMap<>();
        for (R resource : resources) {
            String uid = resource.getMetadata().getUid();
            String version = resource.getMetadata().getResourceVersion();
            Version<M> known = versions.get(uid);
            boolean same = known != null && known.resourceVersion.equals(version);
            now.put(uid, same ? known : new Version<>(version, map(resource)));
        }
        if (!now.equals(versions)) {
            versions = now;
            models = now.values().stream()
                    .flatMap(version -> version.model.stream())
                    .collect(Collectors.toUnmodifiableList());
        }
        return models;
    }

    private Optional<M> map(R resource) {
        try {
            return Optional.of(mapping.map(resource));
        } catch (InvalidResource e) {
            LOG.debug("left out: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
