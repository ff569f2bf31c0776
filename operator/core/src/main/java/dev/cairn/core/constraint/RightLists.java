package dev.cairn.core.constraint;

import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * What a user who declared too short a list probably wanted to write: a stack is not described by the version to deploy
 * but by everything that shall run.
 *
 * @param committed what runs; empty on creation
 * @param declared the list that is too short
 */
record RightLists(Service service, List<Version> committed, List<Version> declared) {
    /** Stands for a version that the user has not named yet. */
    private static final Version NEW = new Version("<new>");

    /** The right lists, as the second half of a violation's sentence. */
    String sentence() {
        int least = Declared.leastHeight(service);
        List<Version> onTop = padded(committed.isEmpty() ? declared : released(), least);
        if (onTop.size() < least || !VersionOrder.holds(service.versionOrder(), onTop)) {
            return "declare " + least + " or more versions, oldest first";
        }
        if (committed.isEmpty()) {
            return "declare one version to fill the stack with it, or " + least + " or more such as "
                    + Named.list(onTop);
        }
        int height = Math.max(least, committed.size());
        String release = "to release on top declare " + Named.list(onTop);
        return onTop.size() == height
                ? release
                : release + ", to release and promote declare "
                        + Named.list(onTop.subList(onTop.size() - height, onTop.size()));
    }

    /** What runs, and above it what the declared list brings that does not. */
    private List<Version> released() {
        List<Version> entering = new ArrayList<>(declared);
        entering.removeAll(committed);
        List<Version> list = new ArrayList<>(committed);
        list.addAll(entering.isEmpty() ? List.of(NEW) : entering);
        return list;
    }

    /** The list with its top repeated up to that height; an empty one stays empty. */
    private static List<Version> padded(List<Version> list, int height) {
        List<Version> padded = new ArrayList<>(list);
        while (!list.isEmpty() && padded.size() < height) {
            padded.add(list.get(list.size() - 1));
        }
        return padded;
    }
}
