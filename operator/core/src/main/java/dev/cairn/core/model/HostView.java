package dev.cairn.core.model;

import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a host saw.
 *
 * @param trouble null when the engine answered; else one sentence for the user: what is wrong and what would be right
 * @param engineId the engine's own id; empty when it did not answer
 * @param engineVersion the engine's version; empty when it did not answer
 * @param containers containers that carry this installation's labels
 * @param images what the engine has of the images that were asked for: image reference to what an entry must name
 * @param takenPorts host ports that containers of anybody publish on this engine
 */
public record HostView(
        @Nullable String trouble,
        String engineId,
        String engineVersion,
        List<Container> containers,
        Map<String, String> images,
        Set<Integer> takenPorts) {
    public HostView {
        containers = new Containers(List.copyOf(containers));
        images = Map.copyOf(images);
        takenPorts = Set.copyOf(takenPorts);
    }

    /** A host that cannot be reached. */
    public static HostView unknown(String trouble) {
        return new HostView(trouble, "", "", List.of(), Map.of(), Set.of());
    }

    /** A host where another engine answers than the one that its stacks were started on. */
    public static HostView changed(String trouble, String engineId) {
        return new HostView(trouble, engineId, "", List.of(), Map.of(), Set.of());
    }

    /** The containers of one service. */
    public List<Container> of(ObjectKey service) {
        return ((Containers) containers).byService.of(service);
    }

    /** Whether the engine answered, and is the one that it should be. */
    public boolean known() {
        return trouble == null;
    }

    /** Whether another engine answers. */
    public boolean changed() {
        return trouble != null && !engineId.isEmpty();
    }

    /** What all plans share that follow from one look. */
    private static final class Containers extends AbstractList<Container> {
        private final List<Container> all;
        private final Index<ObjectKey, Container> byService;

        Containers(List<Container> all) {
            this.all = all;
            byService = new Index<>(all, container -> List.of(container.owner().service()));
        }

        @Override
        public Container get(int index) {
            return all.get(index);
        }

        @Override
        public int size() {
            return all.size();
        }
    }
}
