package dev.cairn.app.operator;

import dev.cairn.api.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes statuses, by server-side apply on a fresh object, and only when they say something new. */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("cairn")
            .withForce(true)
            .build();

    private static final int REMEMBERED = 1000;

    private final KubernetesClient client;

    /**
     * The status last written, by uid, of those written lately: caches lag behind, and a status is never read back.
     */
    private final Map<String, Object> published = Recent.atMost(REMEMBERED);

    Publisher(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Writes the status that follows from the one before. A status is a view: when it cannot be written now, it is
     * written after the next pass.
     *
     * @param seen the resource, not necessarily its newest state
     * @param fresh an empty resource of the same kind
     * @return whether there was something new
     */
    @SuppressWarnings("unchecked")
    <S, R extends CustomResource<?, S>> boolean publish(R seen, R fresh, Function<@Nullable S, S> status) {
        String key = seen.getMetadata().getUid();
        S before = (S) published.getOrDefault(key, seen.getStatus());
        S after = status.apply(before);
        if (Objects.equals(before, after)) {
            return false;
        }
        fresh.setMetadata(new ObjectMetaBuilder()
                .withNamespace(seen.getMetadata().getNamespace())
                .withName(seen.getMetadata().getName())
                .build());
        fresh.setStatus(after);
        try {
            client.resource(fresh).subresource("status").patch(APPLY);
            published.put(key, after);
        } catch (KubernetesClientException e) {
            published.remove(key);
            Forbidden.tell(e);
            LOG.debug(
                    "status of {} {} not written: {}",
                    seen.getKind(),
                    seen.getMetadata().getName(),
                    e.getMessage());
        }
        return true;
    }

    /** Conditions as resources have them: the time of the last change is kept where nothing changed. */
    static List<Condition> conditions(
            List<dev.cairn.core.status.Condition> conditions,
            @Nullable List<Condition> before,
            @Nullable Long generation,
            Instant now) {
        List<Condition> result = new ArrayList<>();
        for (dev.cairn.core.status.Condition condition : conditions) {
            String status = condition.holds() ? "True" : "False";
            String since = before == null
                    ? null
                    : before.stream()
                            .filter(c -> c.type().equals(condition.type())
                                    && c.status().equals(status))
                            .map(Condition::lastTransitionTime)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null);
            result.add(new Condition(
                    condition.type(),
                    status,
                    condition.reason(),
                    condition.message(),
                    since != null ? since : now.truncatedTo(ChronoUnit.SECONDS).toString(),
                    generation));
        }
        return result;
    }
}
