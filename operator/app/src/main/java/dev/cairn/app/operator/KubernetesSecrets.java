package dev.cairn.app.operator;

import dev.cairn.adapters.docker.Secrets;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.port.PortException;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Secrets in a Kubernetes API, read live and one by one: no cache ever holds them. */
final class KubernetesSecrets implements Secrets {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final KubernetesClient client;

    KubernetesSecrets(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Optional<Secret> read(ObjectKey key) throws PortException {
        try {
            return Optional.ofNullable(get(key))
                    .map(secret -> new Secret(
                            secret.getMetadata().getUid() + "/"
                                    + secret.getMetadata().getResourceVersion(),
                            decoded(secret.getData())));
        } catch (KubernetesClientException e) {
            // The client's own text may quote the answer: only its code is told.
            throw new PortException.Transient(
                    "SecretUnavailable",
                    "the Secret " + key + " cannot be read (the API at " + client.getMasterUrl() + " answers "
                            + (e.getCode() == 0 ? "nothing" : Integer.toString(e.getCode()))
                            + "): allow the operator to read it, or wait for the API");
        } catch (IllegalArgumentException e) {
            throw new PortException.Invalid(
                    "SecretInvalid", "the Secret " + key + " has data that is not base64: write it again");
        }
    }

    private io.fabric8.kubernetes.api.model.@Nullable Secret get(ObjectKey key) {
        return client.adapt(io.fabric8.kubernetes.client.NamespacedKubernetesClient.class)
                .withRequestConfig(new RequestConfigBuilder()
                        .withRequestTimeout(TIMEOUT_MILLIS)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .call(bounded -> bounded.secrets()
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .get());
    }

    private static Map<String, byte[]> decoded(@Nullable Map<String, String> data) {
        Map<String, byte[]> decoded = new HashMap<>();
        if (data != null) {
            data.forEach(
                    (key, value) -> decoded.put(key, Base64.getMimeDecoder().decode(value)));
        }
        return decoded;
    }
}
