package dev.cairn.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import dev.cairn.core.model.Container.Phase;
import dev.cairn.core.model.Host;
import dev.cairn.core.port.PortException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The containers of one engine that are being stopped and removed. Each has its grace, which may be an hour; whoever
 * asked for it waits a moment only, so that nothing else has to wait for a process that takes its time.
 */
final class Endings implements AutoCloseable {
    /** Containers that may be ending at once; more have to wait for their turn. */
    static final int MOST = 64;

    /**
     * Containers that are told to end at a time: an engine that ends many side by side is slower than one that ends them
     * in turn. Measured with 12 on two engines and two cores: 0.66 s all at once, 0.60 s with 4 at a time on each.
     */
    static final int AT_ONCE = 4;

    /** How long the others wait for their turn, at most: those before them may have an hour. */
    private static final Duration TURN = Duration.ofMillis(500);

    /** The longest grace that a template may give, in the resource's own bounds. */
    static final Duration LONGEST_GRACE = Duration.ofHours(1);

    /** What a process that does as it is told needs to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Host host;
    private final Duration callTimeout;
    private final Supplier<DockerClient> client;
    private final Runnable ended;
    private final Calls calls;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /** By the container's id. An entry is there exactly as long as its work is queued or under way. */
    private final Map<String, Ending> underWay = new ConcurrentHashMap<>();

    private record Ending(Future<?> work, Deadline deadline) {}

    /**
     * @param client one whose calls may take {@link #LONGEST_GRACE}
     * @param ended told when a container has gone, or has refused to
     */
    Endings(Host host, Duration callTimeout, Supplier<DockerClient> client, Runnable ended) {
        this.host = host;
        this.callTimeout = callTimeout;
        this.client = client;
        this.ended = ended;
        calls = new Calls("docker-end-" + host.name(), MOST);
    }

    /**
     * Stops and removes a container. Comes back when it has gone, or when it takes longer: then it goes on by itself,
     * and {@link #has} tells of it. Refusals by the engine come out as docker-java's exceptions.
     */
    void end(Seen seen, int graceSeconds) throws PortException {
        try {
            Ending ending = underWay.compute(
                    seen.id(),
                    (id, known) ->
                            known != null && !known.deadline.passed() ? known : begin(seen, graceSeconds, known));
            ending.work.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // it has its grace
        } catch (RejectedExecutionException e) {
            throw Trouble.busy(host);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Trouble.unanswered(host, e, PATIENCE);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DockerException refused) {
                throw refused;
            }
            throw Trouble.unanswered(host, e, PATIENCE);
        }
    }

    /** Whether a container is being ended and still within the time that this may take. */
    boolean has(String id) {
        Ending ending = underWay.get(id);
        return ending != null && !ending.deadline.passed();
    }

    @Override
    public void close() {
        calls.close();
    }

    private Ending begin(Seen seen, int graceSeconds, @Nullable Ending overdue) {
        if (overdue != null) {
            overdue.work.cancel(true);
        }
        Deadline deadline = Deadline.in(callTimeout.multipliedBy(2).plusSeconds(graceSeconds));
        return new Ending(calls.start(() -> run(seen, graceSeconds)), deadline);
    }

    private @Nullable Void run(Seen seen, int graceSeconds) throws InterruptedException {
        boolean turn = false;
        try {
            turn = turns.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS);
            stop(seen, graceSeconds);
            remove(seen.id());
            return null;
        } finally {
            if (turn) {
                turns.release();
            }
            underWay.remove(seen.id());
            ended.run();
        }
    }

    private void stop(Seen seen, int graceSeconds) {
        if (seen.phase() == Phase.CREATED || seen.phase() == Phase.EXITED) {
            return;
        }
        try {
            client.get().stopContainerCmd(seen.id()).withTimeout(graceSeconds).exec();
        } catch (NotFoundException | NotModifiedException | ConflictException e) {
            // gone, stopped, or on its way out: what was wanted
        }
    }

    private void remove(String id) {
        try {
            client.get()
                    .removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException e) {
            // gone
        } catch (ConflictException e) {
            if (!Trouble.message(e).contains("already in progress")) {
                throw e;
            }
        }
    }
}
