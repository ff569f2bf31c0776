package dev.cairn.app.source;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to be done after a scan.
 *
 * @param apply in the order of doing
 * @param prune in the order of doing
 * @param missing what was applied once and was not in this scan; one more scan without it, and it is pruned
 */
record Steps(List<Apply> apply, List<Prune> prune, Set<ObjectId> missing) {
    /** A document that differs from what was last applied. */
    record Apply(String memory, Document document) {}

    /** An object that was applied from a folder and is declared nowhere any more. */
    record Prune(String memory, ObjectId id, String apiVersion) {}

    /**
     * @param memories what is remembered of each folder, by the name of its memory
     * @param missingBefore {@link #missing} of the scan before this one; empty when there was none
     */
    static Steps of(Scan scan, Map<String, Memory> memories, Set<ObjectId> missingBefore) {
        List<Apply> apply = new ArrayList<>();
        List<Prune> prune = new ArrayList<>();
        Set<ObjectId> missing = new HashSet<>();
        Set<ObjectId> declared = scan.declared();
        for (Scan.Folder folder : scan.folders()) {
            Memory memory = memories.getOrDefault(folder.memory(), Memory.EMPTY);
            for (Document document : folder.documents()) {
                Memory.Applied applied = memory.applied().get(document.id());
                if (applied == null || !applied.hash().equals(document.hash())) {
                    apply.add(new Apply(folder.memory(), document));
                }
            }
            // An unreadable file in any folder may be where the object is declared now; an empty folder is a mistake.
            if (!scan.complete() || folder.documents().isEmpty()) {
                continue;
            }
            memory.applied().forEach((id, applied) -> {
                if (!declared.contains(id)) {
                    missing.add(id);
                    if (missingBefore.contains(id)) {
                        prune.add(new Prune(folder.memory(), id, applied.apiVersion()));
                    }
                }
            });
        }
        apply.sort(Comparator.comparingInt(step -> step.document().id().rank()));
        prune.sort(Comparator.<Prune>comparingInt(step -> -step.id().rank()).thenComparing(Prune::id));
        return new Steps(List.copyOf(apply), List.copyOf(prune), Set.copyOf(missing));
    }
}
