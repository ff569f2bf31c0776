package dev.cairn.core.plan;

import dev.cairn.core.constraint.Violation;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The other half of SameBits: tags that name another image now than when they were pushed. They are reported and never
 * followed. Only what the engines know themselves is compared; no registry is asked for it.
 */
public final class Tags {
    private Tags() {}

    /** The references of all committed containers, as they were pushed. */
    public static Set<String> of(Service service, Desired desired) {
        Set<String> references = new HashSet<>();
        for (ServiceStack stack : desired.stacks()) {
            stack.containers().forEach(entry -> references.add(entry.reference(service.image())));
        }
        return references;
    }

    /** At most one violation for each reference. */
    static List<Violation> moved(Desired desired, Observed observed) {
        Service service = desired.service();
        List<Violation> violations = new ArrayList<>();
        Set<String> told = new HashSet<>();
        for (ServiceStack stack : service == null ? List.<ServiceStack>of() : desired.stacks()) {
            Optional<Host> host = desired.host(stack.hostName());
            HostView view = observed.hosts().get(stack.hostName());
            if (service == null || host.isEmpty() || view == null) {
                continue;
            }
            for (Entry entry : stack.containers()) {
                String reference = entry.reference(service.image());
                String now = view.images().get(reference);
                if (now != null && differs(entry.image(), now) && told.add(reference)) {
                    violations.add(violation(service, entry, reference, now, host.get()));
                }
            }
        }
        return violations;
    }

    /** An image that was loaded and got its digest in a registry afterwards may well be the same one. */
    private static boolean differs(String pushed, String now) {
        return isPinned(now) && !now.equals(pushed) && (pushed.contains("@sha256:") || isId(pushed) && isId(now));
    }

    private static boolean isPinned(String image) {
        return isId(image) || image.contains("@sha256:");
    }

    private static boolean isId(String image) {
        return image.startsWith("sha256:");
    }

    private static Violation violation(Service service, Entry entry, String reference, String now, Host host) {
        return new Violation(
                "TagMoved",
                "Service " + service.key(),
                entry.version() + " was pushed as " + digest(entry.image()) + ", and " + reference + " on Host "
                        + host.name() + " is " + digest(now) + " by now",
                "what runs stays as it was pushed; give the new build a version of its own");
    }

    private static String digest(String image) {
        String digest = image.substring(image.indexOf("sha256:"));
        return digest.substring(0, Math.min(digest.length(), "sha256:".length() + 12));
    }
}
