package dev.cairn.core.plan;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Version;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a switch means to the users of a route, in words. */
final class Moves {
    private final Desired desired;
    private final Observed observed;
    private final SortedMap<RouteKey, Row> wanted;

    Moves(Desired desired, Observed observed, SortedMap<RouteKey, Row> wanted) {
        this.desired = desired;
        this.observed = observed;
        this.wanted = wanted;
    }

    /** Which version answers from now on, and which did before. */
    String text(RouteKey key) {
        Row before = observed.proxy().live().rows().get(key);
        Row after = wanted.get(key);
        if (after == null) {
            return key + " is served no more";
        }
        String from = before == null ? "" : versions(before);
        String to = versions(after);
        String endpoint = "Endpoint " + after.endpoint();
        if (to.isEmpty()) {
            return endpoint + (from.isEmpty() ? " is known and has no container yet" : " loses " + from);
        }
        int count = after.backends().size();
        return endpoint
                + (from.equals(to)
                        ? " stays at " + to + ", by " + count + (count == 1 ? " container" : " containers")
                        : from.isEmpty() ? " gets " + to : " goes from " + from + " to " + to);
    }

    private String versions(Row row) {
        return row.backends().stream()
                .map(Backend::owner)
                .map(this::version)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** The version of a container that a row names; nobody knows any more what one was that is long gone. */
    private String version(Owner owner) {
        return Stream.concat(
                        desired.stacks().stream()
                                .filter(stack -> stack.ordinal() == owner.stack()
                                        && stack.service().equals(owner.service()))
                                .flatMap(stack -> stack.listed().stream())
                                .filter(entry -> entry.n() == owner.n())
                                .map(Entry::version),
                        observed.hosts().values().stream()
                                .flatMap(view -> view.of(owner.service()).stream())
                                .filter(container -> container.owner().equals(owner))
                                .map(Container::version))
                .map(Version::tag)
                .findFirst()
                .orElse("what is gone");
    }
}
