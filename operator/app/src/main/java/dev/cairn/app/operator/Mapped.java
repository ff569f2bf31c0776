package dev.cairn.app.operator;

import dev.cairn.api.InvalidResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private Map<String, Version<M>> known = new HashMap<>(); // guarded by this
    private List<Version<M>> listed = List.of(); // guarded by this
    private List<M> models = List.of(); // guarded by this

    Mapped(Mapping<R, M> mapping) {
        this.mapping = mapping;
    }

    /**
     * All that make sense: what belongs to somebody else must not stop a service. The same list as before while nothing
     * has changed.
     *
     * @param resources all that there are
     */
    synchronized List<M> of(List<R> resources) {
        Map<String, Version<M>> still = new HashMap<>();
        List<Version<M>> now = new ArrayList<>();
        for (R resource : resources) {
            Version<M> version = version(resource);
            now.add(version);
            still.put(resource.getMetadata().getUid(), version);
        }
        known = still;
        if (!now.equals(listed)) {
            listed = now;
            models = now.stream().flatMap(version -> version.model.stream()).toList();
        }
        return models;
    }

    /** One of them. */
    synchronized M one(R resource) throws InvalidResource {
        Optional<M> model = version(resource).model;
        return model.isPresent() ? model.get() : mapping.map(resource);
    }

    private Version<M> version(R resource) {
        String uid = resource.getMetadata().getUid();
        String resourceVersion = resource.getMetadata().getResourceVersion();
        Version<M> before = known.get(uid);
        if (before != null && before.resourceVersion.equals(resourceVersion)) {
            return before;
        }
        Version<M> now = new Version<>(resourceVersion, map(resource));
        known.put(uid, now);
        return now;
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
