package dev.cairn.adapters.docker;

import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Reports, once for each, the containers that carry this installation's label and whose other labels are not true. */
final class Disbelieved {
    private static final System.Logger LOG = System.getLogger(Disbelieved.class.getName());
    private static final int REMEMBERED = 1000;

    private final Map<String, String> reported = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > REMEMBERED;
        }
    };

    private final BiConsumer<ObjectKey, String> told;

    /** @param told takes the sentence, where the labels name a service */
    Disbelieved(BiConsumer<ObjectKey, String> told) {
        this.told = told;
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
