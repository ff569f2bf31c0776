package dev.cairn.core.engine;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ServiceStack;
import java.util.List;

/**
 * Whether the engine that answers is the one that a host's stacks were started on. Another one does not have their
 * containers, which says nothing about whether they run: nothing is created in their place until a user says so.
 */
final class Identity {
    private Identity() {}

    /** What was seen, or that it was seen on an engine that nobody has accepted. */
    static HostView check(Host host, HostView view, Desired desired) {
        if (!view.known() || host.engineIds().isEmpty() || host.engineIds().contains(view.engineId())) {
            return view;
        }
        List<String> stacks = desired.stacksOn(host.name())
                .map(ServiceStack::key)
                .map(Object::toString)
                .sorted()
                .toList();
        return stacks.isEmpty() ? view : HostView.changed(sentence(host, view, stacks), view.engineId());
    }

    private static String sentence(Host host, HostView view, List<String> stacks) {
        return "host " + host.name() + ": the engine at " + host.url() + " is another one than before (its id is "
                + view.engineId() + "), and " + stacks.size() + " ServiceStacks such as " + stacks.get(0)
                + " were started on the old one: correct spec.docker.url, or start them on this engine with kubectl"
                + " annotate hosts.cairn.dev " + host.name() + " --overwrite cairn.dev/accept-engine="
                + view.engineId();
    }
}
