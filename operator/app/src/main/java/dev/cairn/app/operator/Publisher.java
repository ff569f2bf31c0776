package dev.cairn.app.operator;

import dev.cairn.api.Condition;
import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
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
import java.util.Objects;
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

    private final KubernetesClient client;

    Publisher(KubernetesClient client) {
        this.client = client;
    }

    <S> void service(ServiceResource seen, S status) {
        publish(seen, new ServiceResource(), status);
    }

    <S> void endpoint(EndpointResource seen, S status) {
        publish(seen, new EndpointResource(), status);
    }

    <S> void host(HostResource seen, S status) {
        publish(seen, new HostResource(), status);
    }

    <S> void stack(ServiceStackResource seen, S status) {
        publish(seen, new ServiceStackResource(), status);
    }

    /**
     * A status is a view: when it cannot be written now it is written after the next pass.
     *
     * @param seen the resource whose status is compared; the caller gives as fresh a one as it has
     */
    @SuppressWarnings("unchecked")
    private <S> void publish(CustomResource<?, ?> seen, CustomResource<?, S> fresh, Object status) {
        if (Objects.equals(seen.getStatus(), status)) {
            return;
        }
        fresh.setMetadata(new ObjectMetaBuilder()
                .withNamespace(seen.getMetadata().getNamespace())
                .withName(seen.getMetadata().getName())
                .build());
        fresh.setStatus((S) status);
        try {
            client.resource(fresh).subresource("status").patch(APPLY);
        } catch (KubernetesClientException e) {
            LOG.debug(
                    "status of {} {} not written: {}",
                    seen.getKind(),
                    seen.getMetadata().getName(),
                    e.getMessage());
        }
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
