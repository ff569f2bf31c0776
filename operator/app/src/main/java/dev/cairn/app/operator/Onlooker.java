package dev.cairn.app.operator;

import dev.cairn.adapters.docker.DockerListener;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.port.ContainerEngine;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Engines for somebody who has just come and only looks. What nobody has probed yet passes for starting, so a look waits a
 * moment for the first answers; it changes nothing, and cannot.
 */
final class Onlooker implements ContainerEngine, DockerListener {
    private final long until;
    private final Semaphore heard = new Semaphore(0);
    private final ContainerEngine engines;

    /**
     * @param engines made with this as its listener
     * @param patience how long all looks together may wait
     */
    Onlooker(Function<DockerListener, ? extends ContainerEngine> engines, Duration patience) {
        this.until = System.nanoTime() + patience.toNanos();
        this.engines = engines.apply(this);
    }

    @Override
    public void onService(ObjectKey service) {
        heard.release();
    }

    @Override
    public void onHost(String host) {
        heard.release();
    }

    @Override
    public HostView look(Host host, Map<Owner, Probe> probes, Set<String> images) {
        while (true) {
            heard.drainPermits();
            HostView view = engines.look(host, probes, images);
            if (view.containers().stream().noneMatch(Onlooker::starting) || !news()) {
                return view;
            }
        }
    }

    private static boolean starting(Container container) {
        return container.phase() == Container.Phase.RUNNING
                && container.health() != Container.Health.HEALTHY
                && container.health() != Container.Health.UNHEALTHY;
    }

    /** Waits for anything to happen; false when the time is over. */
    private boolean news() {
        try {
            return heard.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public String pull(Host host, String image, ImagePull how) {
        throw onlyLooks();
    }

    @Override
    public void start(Host host, Owner owner, Entry entry) {
        throw onlyLooks();
    }

    @Override
    public void remove(Host host, String id, int graceSeconds) {
        throw onlyLooks();
    }

    private static IllegalStateException onlyLooks() {
        return new IllegalStateException("a plan changes nothing");
    }
}
