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
 * @param placement on which hosts the stacks go
 * @param promotion what happens to a container whose position changes
 * @param strategy how a change is carried out
 * @param retain how long popped containers are kept for an undo
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
        Placement placement,
        Promotion promotion,
        Strategy strategy,
        Retain retain,
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

    /** What happens to a container whose position changes. */
    public enum Promotion {
        /** It goes on running and is routed to at its new position. */
        IN_PLACE,
        /** A new one of the same image and settings is started for the new position and takes over. */
        RECREATE
    }

    /**
     * How a change is carried out.
     *
     * @param progressDeadline how long a container may take to become healthy
     * @param minReady how long a new container must have been healthy before the change is committed
     * @param drain how long a container that has left the routes may keep its sessions
     * @param type when it is over, and what a container that does not start means for it
     * @param canary with RollbackOnFailure, how long the new containers of the first stack must have been healthy before
     *     the second stack follows
     */
    public record Strategy(
            Duration progressDeadline, Duration minReady, Duration drain, StrategyType type, Duration canary) {
        /** All at the end, or nothing. */
        public Strategy(Duration progressDeadline, Duration minReady, Duration drain) {
            this(progressDeadline, minReady, drain, StrategyType.COMMIT_AT_END, Duration.ZERO);
        }
    }

    /** How a change goes over the stacks. */
    public enum StrategyType {
        /** Everything new is healthy on every stack before any route moves. */
        COMMIT_AT_END,
        /** One stack after the other is switched to the new list; when one fails all go back. */
        ROLLBACK_ON_FAILURE,
        /** What does not start is left behind, as long as one container of each position is healthy. */
        BEST_EFFORT
    }

    /**
     * How popped containers are kept warm below the stack.
     *
     * @param count how many per stack, 0 or more
     * @param time for how long
     */
    public record Retain(int count, Duration time) {
        /** Popped containers are removed as soon as they have drained. */
        public static final Retain NOTHING = new Retain(0, Duration.ZERO);
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
                placement,
                promotion,
                strategy,
                retain,
                template,
                deleting);
    }
}
