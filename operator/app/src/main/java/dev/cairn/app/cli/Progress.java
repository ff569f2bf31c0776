package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import dev.cairn.app.source.FolderState.Pending;
import java.util.List;

/** One line on how far everything is. */
final class Progress {
    private Progress() {}

    /**
     * @param pending what is not applied
     * @param unready what is not Ready
     */
    static String line(Snapshot snapshot, List<Pending> pending, List<Unready> unready) {
        int wanted = wanted(snapshot);
        String containers = "containers " + Math.min(healthy(snapshot), wanted) + "/" + wanted + " ready";
        if (!pending.isEmpty()) {
            return containers + "; to apply: " + pending.get(0) + more(pending);
        }
        return unready.isEmpty() ? containers : containers + "; waits for " + unready.get(0) + more(unready);
    }

    private static String more(List<?> list) {
        return list.size() > 1 ? " (and " + (list.size() - 1) + " more)" : "";
    }

    /** Those that a change has started and not committed yet are among what is wanted, too. */
    private static long healthy(Snapshot snapshot) {
        return snapshot.stacks().stream()
                .filter(stack -> stack.getStatus() != null && stack.getStatus().containers() != null)
                .flatMap(stack -> stack.getStatus().containers().stream())
                .filter(container -> "healthy".equals(container.state()))
                .count();
    }

    private static int wanted(Snapshot snapshot) {
        return snapshot.services().stream().mapToInt(Progress::wanted).sum();
    }

    private static int wanted(ServiceResource service) {
        try {
            Positions positions = Positions.of(service);
            return positions.declared(service).size() * positions.service().stacks();
        } catch (UserError e) {
            return 0; // its spec has no meaning, so it starts nothing
        }
    }
}
