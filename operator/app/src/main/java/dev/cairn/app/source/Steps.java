package dev.cairn.app.source;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What is to be done after a scan.
 *
 * @param apply in the order of doing
 * @param prune in the order of doing
 * @param missing what was applied once and was not in this scan; one more scan without it, and it is pruned
 * @param held what is not pruned without consent, sorted, by the name of its memory
 */
record Steps(List<Apply> apply, List<Prune> prune, Set<ObjectId> missing, Map<String, List<ObjectId>> held) {
    /** A document that differs from what was last applied. */
    record Apply(String memory, Document document) {}

    /** An object that was applied from a folder and is declared nowhere any more. */
    record Prune(String memory, ObjectId id, String apiVersion) {}

    /**
     * @param memories what is remembered of each folder, by the name of its memory
     * @param missingBefore {@link #missing} of the scan before this one; empty when there was none
     * @param agreed whether an object may be pruned although that takes away more than half of what a source has applied
     */
    static Steps of(Scan scan, Map<String, Memory> memories, Set<ObjectId> missingBefore, Predicate<ObjectId> agreed) {
        List<Apply> apply = new ArrayList<>();
        List<Prune> prune = new ArrayList<>();
        Set<ObjectId> missing = new HashSet<>();
        Map<String, List<ObjectId>> held = new TreeMap<>();
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
            List<Prune> gone = gone(folder.memory(), memory, declared);
            gone.forEach(step -> missing.add(step.id()));
            if (most(gone, memory) && !gone.stream().map(Prune::id).allMatch(agreed)) {
                held.put(folder.memory(), gone.stream().map(Prune::id).sorted().toList());
            } else {
                gone.stream().filter(step -> missingBefore.contains(step.id())).forEach(prune::add);
            }
        }
        apply.sort(Comparator.comparingInt(step -> step.document().id().rank()));
        prune.sort(Comparator.<Prune>comparingInt(step -> -step.id().rank()).thenComparing(Prune::id));
        return new Steps(List.copyOf(apply), List.copyOf(prune), Set.copyOf(missing), Map.copyOf(held));
    }

    /** What was applied and is declared nowhere any more. */
    private static List<Prune> gone(String name, Memory memory, Set<ObjectId> declared) {
        return memory.applied().entrySet().stream()
                .filter(entry -> !declared.contains(entry.getKey()))
                .map(entry -> new Prune(name, entry.getKey(), entry.getValue().apiVersion()))
                .toList();
    }

    /** More than one object and more than half of all: rather a mistake than a wish. */
    private static boolean most(List<Prune> gone, Memory memory) {
        return gone.size() > 1 && 2 * gone.size() > memory.applied().size();
    }
}
