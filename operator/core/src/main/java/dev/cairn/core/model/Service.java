package dev.cairn.core.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
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
 * @param hold when no change may go on
 * @param request what comes with the declaration
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
        boolean deleting,
        Hold hold,
        Request request) {

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

    /**
     * When no change may go on: none begins, and one that has begun is not committed. What runs is kept running.
     *
     * @param paused until somebody says otherwise
     * @param freezes windows of time; they may overlap
     */
    public record Hold(boolean paused, List<Freeze> freezes) {
        /** Changes may go on at any time. */
        public static final Hold NEVER = new Hold(false, List.of());

        public Hold {
            freezes = List.copyOf(freezes);
        }

        /** Whether changes wait now. */
        public boolean on(Instant now) {
            return paused || open(now).isPresent();
        }

        /** When the window that is open now ends, or the last of those that follow without a gap; empty: none is open. */
        public Optional<Freeze> open(Instant now) {
            Optional<Freeze> open = latest(now);
            Optional<Freeze> next = open;
            while (next.isPresent()) {
                open = next;
                next = latest(next.get().to());
            }
            return open;
        }

        private Optional<Freeze> latest(Instant at) {
            return freezes.stream()
                    .filter(freeze -> !freeze.from().isAfter(at) && freeze.to().isAfter(at))
                    .max(Comparator.comparing(Freeze::to));
        }
    }

    /**
     * A time in which no change goes on.
     *
     * @param from its first moment
     * @param to the first moment after it, later than {@code from}
     * @param reason for the user; may be empty
     */
    public record Freeze(Instant from, Instant to, String reason) {}

    /**
     * What comes with a declaration.
     *
     * @param retry another value than when a change failed asks to try it again at once; empty at first
     * @param cause why it was declared, for the history; may be empty
     */
    public record Request(String retry, String cause) {
        /** Nothing was said. */
        public static final Request NONE = new Request("", "");
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
                deleting,
                hold,
                request);
    }
}
