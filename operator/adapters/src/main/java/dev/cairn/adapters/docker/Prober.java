package dev.cairn.adapters.docker;

import dev.cairn.core.model.Container.Health;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the readiness probes. Each look says what is to be probed on its host; what it no longer names is forgotten.
 * Before the first success a target is probed soon and then ever more slowly, up to its period, so that a start is
 * noticed quickly.
 *
 * <p>A TCP probe of a port that the engine's docker-proxy publishes always connects, whatever the container does;
 * only an HTTP probe sees through that.
 *
 * <p>One thread owns all state and moves all bytes; it waits for no container.
 */
final class Prober implements AutoCloseable {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final double GROWTH = 1.5;

    /** A period is at least a second, so this little earlier is of no matter; many are then asked in one go. */
    private static final long SLACK_MILLIS = 50;

    private final ProbeLoop loop = new ProbeLoop("probe");
    private final Consumer<Owner> flips;
    private final Map<Key, Watched> watched = new ConcurrentHashMap<>();

    private record Key(String host, String id) {}

    /**
     * One run of a container that is to be probed.
     *
     * @param startedAt the engine's StartedAt, which tells one run from the next
     * @param at where the probed port is published
     */
    record Target(String id, Instant startedAt, Owner owner, InetSocketAddress at, Probe probe) {}

    /** @param flips told, on the owning thread, whose readiness has changed */
    Prober(Consumer<Owner> flips) {
        this.flips = flips;
    }

    /**
     * Probes these targets on this host from now on, and of those that it has probed the ones that still run: a look on
     * behalf of a service may know less of another one's probes than was known before.
     *
     * @param running when what runs on the host was started, by id
     * @param patience how long to wait for the first result of targets that ran before they were known here; while they
     *     have neither answered nor failed as often as a ready one may, their health is not known, so that an operator
     *     that has just started does not take everything for unready
     */
    void watch(String host, List<Target> targets, Map<String, Instant> running, Instant now, Duration patience) {
        List<CompletableFuture<?>> awaited = new ArrayList<>();
        Map<String, Target> byId = new ConcurrentHashMap<>();
        targets.forEach(target -> byId.put(target.id(), target));
        for (Map.Entry<Key, Watched> old : watched.entrySet()) {
            if (old.getKey().host().equals(host)
                    && outdated(old.getValue().target, byId, running)
                    && watched.remove(old.getKey(), old.getValue())) {
                loop.execute(old.getValue()::stop);
            }
        }
        for (Target target : targets) {
            boolean old = target.startedAt().isBefore(now.minus(patience));
            Watched fresh = new Watched(target, old ? Health.UNKNOWN : Health.STARTING);
            if (watched.putIfAbsent(new Key(host, target.id()), fresh) == null) {
                Duration delay = untilFirst(target, now);
                loop.execute(() -> fresh.schedule(delay.toMillis(), 0));
                if (delay.isZero() && old) {
                    awaited.add(fresh.first);
                }
            }
        }
        await(awaited, patience);
    }

    private static boolean outdated(Target known, Map<String, Target> targets, Map<String, Instant> running) {
        Target target = targets.get(known.id());
        return target == null ? !known.startedAt().equals(running.get(known.id())) : !known.equals(target);
    }

    /** What the probe of a target says; STARTING when it is not known. */
    Health health(String host, String id) {
        Watched known = watched.get(new Key(host, id));
        return known == null ? Health.STARTING : known.health;
    }

    /** Probes nothing on this host any more. */
    void forget(String host) {
        watch(host, List.of(), Map.of(), Instant.EPOCH, Duration.ZERO);
    }

    @Override
    public void close() {
        loop.close();
    }

    /** The clocks of the engine and of this machine may differ, so the delay is never longer than declared. */
    private static Duration untilFirst(Target target, Instant now) {
        Duration whole = Duration.ofSeconds(target.probe().initialDelaySeconds());
        Duration left = Duration.between(now, target.startedAt().plus(whole));
        return left.isNegative() ? Duration.ZERO : left.compareTo(whole) > 0 ? whole : left;
    }

    private static void await(List<CompletableFuture<?>> results, Duration patience) {
        try {
            CompletableFuture.allOf(results.toArray(new CompletableFuture<?>[0]))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // later looks will know
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One target and what its probes said. Everything but {@code health} and {@code first} belongs to the loop. */
    private final class Watched {
        private final Target target;
        private final CompletableFuture<Boolean> first = new CompletableFuture<>();
        private volatile Health health;
        private boolean stopped;
        private ProbeLoop.@Nullable Alarm next;
        private int failures;
        private double pauseMillis = FIRST_PAUSE_MILLIS;

        Watched(Target target, Health atFirst) {
            this.target = target;
            health = atFirst;
        }

        void stop() {
            stopped = true;
            if (next != null) {
                loop.cancel(next);
            }
        }

        void schedule(long millis, long slackMillis) {
            if (!stopped) {
                next = loop.after(millis, slackMillis, this::probe);
            }
        }

        private void probe() {
            Probe probe = target.probe();
            try {
                ProbeCall.start(loop, target.at(), probe.httpPath(), probe.timeoutSeconds(), this::take);
            } catch (IOException e) {
                take(false); // out of descriptors, say: no success was seen
            }
        }

        private void take(boolean success) {
            Health before = health;
            failures = success ? 0 : failures + 1;
            if (success) {
                health = Health.HEALTHY;
            } else if (before != Health.STARTING && failures >= target.probe().failureThreshold()) {
                health = Health.UNHEALTHY;
            }
            first.complete(success);
            if (health != before && !stopped) {
                flips.accept(target.owner());
            }
            schedule(pause(), health == Health.HEALTHY ? SLACK_MILLIS : 0);
        }

        private long pause() {
            double period = target.probe().periodSeconds() * 1000.0;
            if (health == Health.HEALTHY) {
                pauseMillis = FIRST_PAUSE_MILLIS;
                return (long) period;
            }
            double now = Math.min(period, pauseMillis);
            pauseMillis = now * GROWTH;
            return (long) now;
        }
    }

    /** For tests: how many targets are probed. */
    int targets() {
        return watched.size();
    }
}
