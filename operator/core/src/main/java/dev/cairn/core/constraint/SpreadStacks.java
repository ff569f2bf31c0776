package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Two stacks of a service are not on one Docker host, unless {@code placement.spread} is Preferred. Counted are Host
 * objects; two of them that name one engine are reported with the Hosts.
 */
final class SpreadStacks implements ServiceConstraint {
    @Override
    public String id() {
        return "SpreadStacks";
    }

    @Override
    public List<Violation> check(Service service, Desired desired) {
        if (service.placement().spread() == Placement.Spread.PREFERRED) {
            return List.of();
        }
        Map<String, List<ServiceStack>> byHost = desired.stacks().stream()
                .filter(s -> !s.deleting())
                .collect(Collectors.groupingBy(ServiceStack::hostName, TreeMap::new, Collectors.toList()));
        List<Violation> violations = new ArrayList<>();
        byHost.forEach((host, stacks) -> {
            if (stacks.size() > 1) {
                violations.add(together(service, host, stacks));
            }
        });
        Set<String> places = new TreeSet<>();
        for (Host host : desired.hosts()) {
            if ((!host.deleting() && service.placement().admits(host)) || byHost.containsKey(host.name())) {
                places.add(host.name());
            }
        }
        if (places.size() < service.stacks()) {
            violations.add(tooFew(service, places));
        }
        return violations;
    }

    private Violation together(Service service, String host, List<ServiceStack> stacks) {
        String names = stacks.stream().map(s -> s.key().name()).collect(Collectors.joining(", "));
        return new Violation(
                id(),
                Named.service(service.key()),
                names + " are all on Host " + Named.plain(host),
                "give each a Host of its own, or set placement.spread to Preferred",
                Blocks.STACK);
    }

    private Violation tooFew(Service service, Set<String> places) {
        String hosts = places.isEmpty() ? "there is no Host" : "the only Hosts are " + String.join(", ", places);
        if (places.size() == 1) {
            hosts = "the only Host is " + places.iterator().next();
        }
        int missing = service.stacks() - places.size();
        String fewer = places.isEmpty() ? "" : ", or set stacks to " + places.size();
        return new Violation(
                id(),
                Named.service(service.key()),
                "stacks is " + service.stacks() + ", but " + hosts,
                "add " + (missing == 1 ? "1 Host" : missing + " Hosts") + fewer
                        + (places.isEmpty() ? "" : ", or set placement.spread to Preferred"),
                Blocks.STACK);
    }
}
