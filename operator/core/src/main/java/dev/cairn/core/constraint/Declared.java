package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Stage;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The list of versions that a service asks for. */
public final class Declared {
    private Declared() {}

    /**
     * The versions that a service wants, index = position. The list is literal, with one exception: a single entry
     * fills the stack up to its least height as long as the stack holds nothing else. That makes {@code [1]} on
     * creation {@code [1, 1, 1]}, and applying {@code [1]} again changes nothing. Once another version has been
     * committed a single entry means what it says, and StackHeight refuses it where it is too short.
     *
     * @param committed what the lead stack holds; empty when there is no stack or nothing was ever committed
     */
    public static List<Version> versions(Service service, Optional<List<Version>> committed) {
        if (service.versions().size() != 1) {
            return service.versions();
        }
        Version only = service.versions().get(0);
        boolean nothingElse = committed.stream().flatMap(List::stream).allMatch(only::equals);
        return nothingElse ? Collections.nCopies(leastHeight(service), only) : service.versions();
    }

    /**
     * What the lead stack holds, index = position: during a change still the list before it. Empty when there is no
     * stack or nothing was ever committed.
     */
    public static Optional<List<Version>> committed(Desired desired) {
        return lead(desired)
                .map(ServiceStack::containers)
                .filter(list -> !list.isEmpty())
                .map(list -> {
                    List<Version> versions = new ArrayList<>(list.size());
                    list.forEach(entry -> versions.add(entry.version()));
                    return versions;
                });
    }

    /** The lowest of the stacks that are to stay. */
    static Optional<ServiceStack> lead(Desired desired) {
        for (ServiceStack stack : desired.stacks()) {
            if (!stack.deleting()) {
                return Optional.of(stack);
            }
        }
        return Optional.empty();
    }

    /** The height that a stack must have: at least minHeight, so much that every stage has a position, and 1. */
    public static int leastHeight(Service service) {
        return Math.max(Math.max(1, service.minHeight()), heightForStages(service));
    }

    /** One more than the highest position that a stage names. */
    static int heightForStages(Service service) {
        return service.stages().stream().mapToInt(Stage::position).max().orElse(-1) + 1;
    }
}
