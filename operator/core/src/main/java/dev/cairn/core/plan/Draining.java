package dev.cairn.core.plan;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Who is still connected to containers that nobody is routed to any more, and until when that is waited for. */
final class Draining {
    private static final Duration DEFAULT_BOUND = Duration.ofSeconds(30);

    /** The end of a connection is no event. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final int MOST_TOLD = 3;

    private final Desired desired;
    private final Observed observed;
    private final Instant now;

    /** By container name, what is told of it. */
    private final SortedMap<String, String> told = new TreeMap<>();

    private Instant until;

    Draining(Desired desired, Observed observed, Instant now) {
        this.desired = desired;
        this.observed = observed;
        this.now = now;
        this.until = now.plus(LOOK_AGAIN);
    }

    boolean connected(Owner owner) {
        return sessions(owner) > 0;
    }

    private int sessions(Owner owner) {
        return observed.proxy().sessions().getOrDefault(owner, 0);
    }

    /**
     * Whether a container still has connections and may keep them for a while.
     *
     * @param then what happens to it when their time is over
     */
    boolean waitsFor(Owner owner, String then) {
        Instant bound = observed.timers()
                .leftRowsSince()
                .getOrDefault(owner, now)
                .plus(
                        desired.service() == null
                                ? DEFAULT_BOUND
                                : desired.service().strategy().drain());
        if (!connected(owner) || !bound.isAfter(now)) {
            return false;
        }
        told.put(
                owner.containerName(),
                connections(owner) + " at " + owner.containerName() + ", " + then + " by " + upToTheSecond(bound)
                        + " at the latest");
        until = bound.isBefore(until) ? bound : until;
        return true;
    }

    private String connections(Owner owner) {
        int count = sessions(owner);
        return count + (count == 1 ? " connection" : " connections");
    }

    /** Why nobody {@link #waitsFor} a container. */
    String end(Owner owner) {
        return connected(owner) ? "the time for its " + connections(owner) + " is over" : "no session is left";
    }

    private static Instant upToTheSecond(Instant time) {
        Instant second = Instant.ofEpochSecond(time.getEpochSecond());
        return second.equals(time) ? second : second.plusSeconds(1);
    }

    /** All that is waited for. */
    Optional<Plan.Wait> asWait() {
        if (told.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Plan.Wait("Draining", "draining: " + some(told.values()), until));
    }

    /** What is told of many containers, in one line that does not grow with their number. */
    static String some(Collection<String> containers) {
        int more = containers.size() - MOST_TOLD;
        String rest = more <= 0 ? "" : "; and " + more + (more == 1 ? " more container" : " more containers");
        return containers.stream().limit(MOST_TOLD).collect(Collectors.joining("; ", "", rest));
    }
}
