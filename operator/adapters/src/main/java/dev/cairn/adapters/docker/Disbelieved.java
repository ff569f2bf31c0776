package dev.cairn.adapters.docker;

import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Reports, once for each, the containers that carry this installation's label and whose other labels are not true. */
final class Disbelieved {
    private static final System.Logger LOG = System.getLogger(Disbelieved.class.getName());
    private static final int REMEMBERED = 1000;

    /** Until then somebody may give a container its name back. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, String> reported = bounded();
    private final Map<String, Long> firstSeen = bounded();

    private final BiConsumer<ObjectKey, String> told;

    /** @param told takes the sentence, where the labels name a service */
    Disbelieved(BiConsumer<ObjectKey, String> told) {
        this.told = told;
    }

    private static <T> Map<String, T> bounded() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    /** The same for one whose rightful name nobody has, when that lasts. */
    void reportIfItLasts(Host host, String id, String name, Map<String, String> labels, String lie) {
        long now = System.nanoTime();
        long since;
        synchronized (reported) {
            since = firstSeen.computeIfAbsent(id, key -> now);
        }
        if (now - since > PATIENCE.toNanos()) {
            report(host, id, name, labels, lie);
        }
    }

    /** Says that a container is left alone, and why; whether that was news. */
    boolean report(Host host, String id, String name, Map<String, String> labels, String lie) {
        synchronized (reported) {
            if (lie.equals(reported.put(id, lie))) {
                return false;
            }
        }
        String sentence = "container " + Labels.brief(name) + " on host " + host.name() + " carries label "
                + Labels.INSTALLATION + ", but " + lie + ": it is left alone; remove it or its labels";
        LOG.log(System.Logger.Level.WARNING, sentence);
        Labels.service(labels).ifPresent(service -> told.accept(service, sentence));
        return true;
    }
}
