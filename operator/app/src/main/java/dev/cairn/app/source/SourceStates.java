package dev.cairn.app.source;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;

/** What is told of the sources, for another process than the one that follows them. */
public final class SourceStates {
    private final MemoryStore store;

    public SourceStates(KubernetesClient client) {
        this.store = new MemoryStore(client);
    }

    /**
     * All sources that are or were followed.
     *
     * @throws IOException when the API does not answer, with one sentence
     */
    public List<SourceState> all() throws IOException {
        try {
            return List.copyOf(store.states().values());
        } catch (Refusal e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Agrees to the deletion of what the given sources hold now, and of nothing else.
     *
     * @throws IOException when the API does not answer, with one sentence
     */
    public void agree(List<SourceState> seen) throws IOException {
        try {
            for (var entry : store.states().entrySet()) {
                if (!entry.getValue().held().isEmpty() && seen.contains(entry.getValue())) {
                    store.consent(entry.getKey(), entry.getValue());
                }
            }
        } catch (Refusal e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
