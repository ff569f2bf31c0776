package dev.cairn.adapters.docker;

import dev.cairn.core.model.Host;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports, once for each, the containers that carry this installation's label and whose other labels are not true. */
final class Disbelieved {
    private static final Logger LOG = LoggerFactory.getLogger(Disbelieved.class);
    private static final int REMEMBERED = 1000;

    private final Map<String, String> reported = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Says that a container is left alone, and why; whether that was news. */
    synchronized boolean report(Host host, String id, String name, String lie) {
        if (lie.equals(reported.put(id, lie))) {
            return false;
        }
        LOG.warn(
                "container {} on host {} carries {} but {}: it is left alone; remove it or its labels",
                Labels.brief(name),
                host.name(),
                Labels.INSTALLATION,
                lie);
        return true;
    }
}
