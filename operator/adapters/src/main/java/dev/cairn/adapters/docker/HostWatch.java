package dev.cairn.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import dev.cairn.core.port.PortException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows one engine's events for as long as the host is known: connect, listen, and when the stream ends or the
 * engine stops answering, try again with a growing pause. One thread for each host.
 */
final class HostWatch implements AutoCloseable {
    private static final Set<String> ACTIONS =
            Set.of("create", "start", "die", "pause", "unpause", "destroy", "rename", "health_status");
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 3_000;

    private final DockerHost engine;
    private final String installation;
    private final Duration pingInterval;
    private final DockerListener listener;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Stream stream;
    private volatile boolean connected;

    HostWatch(DockerHost engine, String installation, Duration pingInterval, DockerListener listener) {
        this.engine = engine;
        this.installation = installation;
        this.pingInterval = pingInterval;
        this.listener = listener;
        thread = Calls.daemon(this::run, "docker-watch-" + engine.host().name());
    }

    void start() {
        thread.start();
    }

    boolean connected() {
        return connected;
    }

    /** Somebody found that the engine does not answer: do not trust the silence of the stream. */
    void doubt() {
        Stream current = stream;
        if (current != null) {
            current.end();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        doubt();
        thread.interrupt();
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        try {
            while (closed.getCount() > 0) {
                if (listen()) {
                    pause = FIRST_PAUSE_MILLIS;
                }
                if (closed.await(pause, TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Connects and listens until the stream ends; whether it had been connected. */
    private boolean listen() throws InterruptedException {
        DockerClient client = engine.clients().open(1, Duration.ZERO);
        try (Stream current = new Stream()) {
            if (!ping()) {
                return false;
            }
            stream = current;
            client.eventsCmd()
                    .withEventTypeFilter(EventType.CONTAINER, EventType.IMAGE)
                    .exec(current);
            if (!current.awaitStart(pingInterval) || closed.getCount() == 0) {
                return false;
            }
            engine.forget(); // what was read before the stream began is of unknown age
            connected = true;
            listener.onHost(engine.host().name());
            while (!current.awaitEnd(pingInterval) && ping()) {
                // a stream that is silent for long may also be one whose other end is gone
            }
            return true;
        } finally {
            stream = null;
            Clients.close(client);
            if (connected) {
                connected = false;
                if (closed.getCount() > 0) {
                    engine.reconnect();
                    listener.onHost(engine.host().name());
                }
            }
        }
    }

    private boolean ping() {
        try {
            engine.ping();
            return true;
        } catch (PortException | DockerException e) {
            return false; // the next look says why, in words
        }
    }

    private void onEvent(Event event) {
        if (event.getType() == EventType.IMAGE) {
            engine.pins().forgetAll();
            return;
        }
        String action = event.getAction() == null ? "" : event.getAction().split(":", 2)[0];
        if (!ACTIONS.contains(action) || event.getActor() == null) {
            return;
        }
        if (event.getActor().getId() != null) {
            engine.inspected().changed(event.getActor().getId());
        }
        Map<String, String> attributes = event.getActor().getAttributes();
        if (attributes != null && installation.equals(attributes.get(Labels.INSTALLATION))) {
            Labels.service(attributes).ifPresent(listener::onService);
        }
    }

    /** One connection to the event stream. docker-java calls it on the thread that reads. */
    private final class Stream implements ResultCallback<Event> {
        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Closeable connection;

        boolean awaitStart(Duration limit) throws InterruptedException {
            return started.await(limit.toMillis(), TimeUnit.MILLISECONDS) && ended.getCount() > 0;
        }

        boolean awaitEnd(Duration limit) throws InterruptedException {
            return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        }

        void end() {
            ended.countDown();
            started.countDown();
        }

        @Override
        public void onStart(Closeable opened) {
            connection = opened;
            started.countDown();
        }

        @Override
        public void onNext(Event event) {
            if (ended.getCount() > 0) {
                onEvent(event);
            }
        }

        @Override
        public void onError(Throwable failure) {
            end();
        }

        @Override
        public void onComplete() {
            end();
        }

        @Override
        public void close() {
            end();
            Closeable opened = connection;
            if (opened != null) {
                try {
                    opened.close();
                } catch (IOException e) {
                    // it is closed either way
                }
            }
        }
    }
}
