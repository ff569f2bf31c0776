package dev.cairn.app.operator;

import dev.cairn.core.engine.Report;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.plan.Action;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The stacks that this process has marked for deletion, so that it can tell what somebody else has marked. */
final class StacksDeleted {
    private final Set<ObjectKey> deleted = ConcurrentHashMap.newKeySet();

    /** Stacks that somebody else has deleted and that the pass has begun to replace by another one; to be asked once per pass. */
    List<ObjectKey> byOthers(Report report) {
        boolean replaces = false;
        for (var outcome : report.outcomes()) {
            if (outcome.done() && outcome.action() instanceof Action.DeleteStack delete) {
                deleted.add(delete.stack().key());
            } else if (outcome.done() && outcome.action() instanceof Action.ReleaseStack release) {
                deleted.remove(release.stack().key());
            } else if (outcome.done() && outcome.action() instanceof Action.CreateStack) {
                replaces = true;
            }
        }
        return !replaces
                ? List.of()
                : report.desired().stacks().stream()
                        .filter(ServiceStack::deleting)
                        .map(ServiceStack::key)
                        // Once told of, it is as known as those that this process has marked.
                        .filter(deleted::add)
                        .toList();
    }
}
