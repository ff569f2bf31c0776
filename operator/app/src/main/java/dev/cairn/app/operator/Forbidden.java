package dev.cairn.app.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what a cluster does not let the operator do: each right once, however often it is asked for. */
final class Forbidden {
    private static final Logger LOG = LoggerFactory.getLogger(Forbidden.class);
    private static final int CODE = 403;
    private static final int RIGHTS = 100;
    private static final Map<String, Boolean> TOLD = Recent.atMost(RIGHTS);

    private Forbidden() {}

    /**
     * Logs the right that is missing, where that is why a call failed.
     *
     * @return whether there was something new to say
     */
    static boolean tell(KubernetesClientException e) {
        if (e.getCode() != CODE || e.getStatus() == null) {
            return false;
        }
        // "hosts.cairn.dev "a" is forbidden: User "b" cannot patch resource ..."
        String right = String.valueOf(e.getStatus().getMessage()).replaceFirst("(?s)^.* is forbidden: ", "");
        boolean fresh = TOLD.put(right, true) == null;
        if (fresh) {
            LOG.warn("the cluster denies the operator a right: {}; manifests/operator.yaml lists what it needs", right);
        }
        return fresh;
    }
}
