package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every container has a version that is an image tag; one without order only with versionOrder Any or Equal. */
final class ContainerVersion implements ServiceConstraint {
    @Override
    public String id() {
        return "ContainerVersion";
    }

    @Override
    public List<Violation> check(Service service, Desired desired) {
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < service.versions().size(); i++) {
            Version version = service.versions().get(i);
            String found = trouble(version, service.versionOrder());
            if (found != null) {
                violations.add(new Violation(
                        id(),
                        Named.service(service.key()),
                        "position " + i + " " + found,
                        remedy(version),
                        Blocks.CHANGE));
            }
        }
        return violations;
    }

    private static @Nullable String trouble(Version version, Service.VersionOrder order) {
        String tag = version.tag();
        if (tag.isEmpty()) {
            return "has no version";
        }
        if (!Version.isTag(tag)) {
            return "has " + Named.quoted(tag) + ", which is not an image tag";
        }
        boolean free = order == Service.VersionOrder.ANY || order == Service.VersionOrder.EQUAL;
        if (version.hasOrder() || free) {
            return null;
        }
        return tag.equals("latest")
                ? "has latest, which names whatever was built last and has no order"
                : "has " + tag + ", which has no order";
    }

    private static String remedy(Version version) {
        String numbered = "name a version such as v1.4.0 or 1.4.0-rc1";
        return Version.isTag(version.tag()) ? numbered + ", or set versionOrder to Any or Equal" : numbered;
    }
}
