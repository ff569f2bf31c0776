package dev.cairn.app.operator;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what was done and what went wrong as events of the resource; the same thing again raises a counter. Events are
 * written one after the other by a thread of its own: nobody's work waits for them.
 */
public final class EventRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final int REMEMBERED = 500;
    private static final Duration SAME = Duration.ofMinutes(10);
    private static final int LONGEST_MESSAGE = 1000;
    private static final int LONGEST_QUEUE = 1000;
    private static final long FLUSH_SECONDS = 5;

    /** The records of a change go first: it is over by then, or waits for a container. */
    private static final long DELAY_MILLIS = 200;

    private final KubernetesClient client;
    private final boolean logged;
    private final ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "cairn-events");
        thread.setDaemon(true);
        return thread;
    });

    /** What was told lately, oldest first; of the writing thread only. */
    private final Map<String, Told> told = Recent.atMost(REMEMBERED);

    private record Told(String name, int count, Instant last) {}

    /**
     * @param logged whether what is told is logged too
     */
    public EventRecorder(KubernetesClient client, boolean logged) {
        this.client = client;
        this.logged = logged;
        writer.setKeepAliveTime(10, TimeUnit.SECONDS);
        writer.allowCoreThreadTimeOut(true);
    }

    public void normal(HasMetadata about, String reason, String message, Instant now) {
        record(about, "Normal", reason, message, now);
    }

    public void warning(HasMetadata about, String reason, String message, Instant now) {
        record(about, "Warning", reason, message, now);
    }

    private void record(HasMetadata about, String type, String reason, String text, Instant now) {
        String message = text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE) + "...";
        if (logged) {
            LOG.info("{} {}: {}: {}", about.getKind(), about.getMetadata().getName(), reason, message);
        }
        if (!accepted(() -> write(about, type, reason, message, now))) {
            LOG.warn(
                    "event of {} {} not written, too many wait: {}: {}",
                    about.getKind(),
                    about.getMetadata().getName(),
                    reason,
                    message);
        }
    }

    private boolean accepted(Runnable write) {
        if (waiting() >= LONGEST_QUEUE) {
            return false;
        }
        try {
            writer.schedule(write, DELAY_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    /** For tests: how many events wait to be written. */
    int waiting() {
        return writer.getQueue().size();
    }

    /** Writes what is told so far, for 5 s at most. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(FLUSH_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn(
                        "{} events not written: the API is too slow",
                        writer.shutdownNow().size());
            }
        } catch (InterruptedException e) {
            writer.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void write(HasMetadata about, String type, String reason, String message, Instant now) {
        String key = about.getMetadata().getUid() + type + reason + message;
        Told before = told.get(key);
        try {
            if (before != null && before.last.plus(SAME).isAfter(now)) {
                again(about, before, now);
                told.put(key, new Told(before.name, before.count + 1, now));
            } else {
                Event event = first(about, type, reason, message, now);
                client.v1().events().resource(event).create();
                told.put(key, new Told(event.getMetadata().getName(), 1, now));
            }
        } catch (KubernetesClientException e) {
            told.remove(key);
            Forbidden.tell(e);
            LOG.debug("event not written: {}", e.getMessage());
        }
    }

    private void again(HasMetadata about, Told before, Instant now) {
        client.v1()
                .events()
                .inNamespace(namespace(about))
                .withName(before.name)
                .edit(event -> new EventBuilder(event)
                        .withCount(before.count + 1)
                        .withLastTimestamp(time(now))
                        .build());
    }

    private static Event first(HasMetadata about, String type, String reason, String message, Instant now) {
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(namespace(about))
                .withName(about.getMetadata().getName() + "."
                        + UUID.randomUUID().toString().substring(0, 13).replace("-", ""))
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(about.getMetadata().getNamespace())
                .withName(about.getMetadata().getName())
                .withUid(about.getMetadata().getUid())
                .withResourceVersion(about.getMetadata().getResourceVersion())
                .endInvolvedObject()
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withCount(1)
                .withFirstTimestamp(time(now))
                .withLastTimestamp(time(now))
                .withNewSource()
                .withComponent("cairn")
                .endSource()
                .withReportingComponent("cairn.dev/operator")
                .withReportingInstance("cairn")
                .build();
    }

    /** Events of cluster-scoped objects are kept in the default namespace, where kubectl describe looks for them. */
    private static String namespace(HasMetadata about) {
        String namespace = about.getMetadata().getNamespace();
        return namespace == null ? "default" : namespace;
    }

    private static String time(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
