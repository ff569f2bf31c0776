package dev.cairn.adapters.docker;

import dev.cairn.core.model.Host;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /** Says that a container is left alone, and why; whether that was news. */
    synchronized boolean report(Host host, String id, String name, String lie) {
        if (lie.equals(reported.put(id, lie))) {
            return false;
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "container " + Labels.brief(name) + " on host " + host.name() + " carries label " + Labels.INSTALLATION
                        + ", but " + lie + ": it is left alone; remove it or its labels");
        return true;
    }
}
