package dev.cairn.embedded.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.store.Change;
import dev.cairn.embedded.store.Store;
import dev.cairn.embedded.store.Stored;
import dev.cairn.embedded.store.Transaction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The kinds served now: the built-in ones and one for each stored CustomResourceDefinition. */
public final class Kinds implements Store.Listener {
    public static final String CRD_GROUP = "apiextensions.k8s.io";
    public static final String CRD_PLURAL = "customresourcedefinitions";

    private final Map<String, Kind> byResource = new ConcurrentSkipListMap<>();
    private final AtomicLong generation = new AtomicLong();

    /** Built-in kinds and those that the store already defines. */
    public Kinds(List<Stored> definitions) {
        try (InputStream in = Kinds.class.getResourceAsStream("builtin.yaml")) {
            if (in == null) {
                throw new IllegalStateException("builtin.yaml is missing in the jar");
            }
            for (JsonNode definition : Yaml.documents(new String(in.readAllBytes(), StandardCharsets.UTF_8))) {
                add(Definitions.kind(definition, true));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        definitions.forEach(stored -> add(Definitions.kind(stored.object(), false)));
    }

    private void add(Kind kind) {
        byResource.put(kind.group() + "/" + kind.plural(), kind);
        generation.incrementAndGet();
    }

    /** Changes whenever the set of kinds does. */
    public long generation() {
        return generation.get();
    }

    public List<Kind> all() {
        return List.copyOf(byResource.values());
    }

    public Optional<Kind> find(String group, String plural) {
        return Optional.ofNullable(byResource.get(group + "/" + plural));
    }

    public Optional<Kind> findKind(String group, String kind) {
        return byResource.values().stream()
                .filter(candidate ->
                        candidate.group().equals(group) && candidate.kind().equals(kind))
                .findFirst();
    }

    @Override
    public void committed(List<Change> changes, Consumer<Consumer<Transaction>> later) {
        for (Change change : changes) {
            if (change.after().key().group().equals(CRD_GROUP)) {
                JsonNode definition = change.after().object();
                if (change.type() == Change.Type.DELETED) {
                    JsonNode spec = definition.path("spec");
                    byResource.remove(spec.path("group").asText() + "/"
                            + spec.path("names").path("plural").asText());
                    generation.incrementAndGet();
                } else {
                    add(Definitions.kind(definition, false));
                }
            }
        }
    }
}
