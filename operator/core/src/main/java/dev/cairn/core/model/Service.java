package dev.cairn.core.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A declared service, defaults applied.
 *
 * @param generation metadata.generation
 * @param image image without tag
 * @param versions the versions that must run, index = position
 * @param stacks number of identical stacks, 1 or more
 * @param minHeight least number of versions
 * @param progressDeadline how long a container may take to become healthy
 * @param drain how long a container that has left the routes may keep its sessions
 * @param deleting whether the service is being deleted
 */
public record Service(
        ObjectKey key,
        long generation,
        String image,
        List<Version> versions,
        int stacks,
        List<Stage> stages,
        int minHeight,
        VersionOrder versionOrder,
        VersionEntry versionEntry,
        Spread spread,
        Duration progressDeadline,
        Duration drain,
        Template template,
        boolean deleting) {

    /** What VersionOrder asks of neighbours, from the bottom up. */
    public enum VersionOrder {
        INCREASING,
        NON_DECREASING,
        EQUAL,
        ANY
    }

    /** Where a version that is new to the stack may enter. */
    public enum VersionEntry {
        ON_TOP,
        ORDERED
    }

    /** Whether two stacks may share a Docker host when there are too few. */
    public enum Spread {
        REQUIRED,
        PREFERRED
    }

    public Service {
        versions = List.copyOf(versions);
        stages = List.copyOf(stages);
    }

    /** The position that a stage names. */
    public Optional<Integer> position(String stage) {
        return stages.stream()
                .filter(s -> s.name().equals(stage))
                .map(Stage::position)
                .findFirst();
    }

    /** The same service with other versions, as an edit would leave it. */
    public Service withVersions(List<Version> other) {
        return new Service(
                key,
                generation,
                image,
                other,
                stacks,
                stages,
                minHeight,
                versionOrder,
                versionEntry,
                spread,
                progressDeadline,
                drain,
                template,
                deleting);
    }
}
