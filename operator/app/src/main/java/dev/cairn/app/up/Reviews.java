package dev.cairn.app.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.api.CairnNames;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** AdmissionReviews of Kubernetes (admission.k8s.io/v1) for the one function that judges writes. */
final class Reviews {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PAGE = "500";

    private final KubernetesClient client;
    private final Admission admission;

    /**
     * @param client reads what is stored, live: caches may not know yet what was written a moment ago
     */
    Reviews(KubernetesClient client, Admission admission) {
        this.client = client;
        this.admission = admission;
    }

    /**
     * The name under which a client's writes arrive at admission.
     *
     * @throws IOException when the cluster does not tell, with one sentence
     */
    static String user(KubernetesClient client) throws IOException {
        String answer;
        try {
            answer = client.raw(
                    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                    "POST",
                    "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}");
        } catch (KubernetesClientException e) {
            throw new IOException(
                    "the cluster cannot be asked under which name the operator writes: " + e.getMessage(), e);
        }
        String user = JSON.readTree(answer == null ? "{}" : answer)
                .path("status")
                .path("userInfo")
                .path("username")
                .asText();
        if (user.isEmpty()) {
            throw new IOException(
                    "the cluster does not tell under which name the operator writes, which the webhook needs;"
                            + " Kubernetes 1.28 or newer does; leave --webhook out where it is older");
        }
        return user;
    }

    /**
     * Answers a review.
     *
     * @throws IllegalArgumentException when it is none
     * @throws KubernetesClientException when what is stored cannot be read
     */
    ObjectNode answer(JsonNode review) {
        JsonNode request = review.path("request");
        if (!review.path("apiVersion").asText().equals("admission.k8s.io/v1")
                || !request.path("uid").isTextual()) {
            throw new IllegalArgumentException("it must be an AdmissionReview of admission.k8s.io/v1 with a request");
        }
        Admission.Verdict verdict = admission.review(request(request));
        ObjectNode answer =
                JSON.createObjectNode().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode response = answer.putObject("response")
                .put("uid", request.path("uid").asText())
                .put("allowed", verdict.allowed());
        if (!verdict.allowed()) {
            response.putObject("status")
                    .put("code", 403)
                    .put("reason", "Forbidden")
                    .put("message", verdict.message());
        }
        if (!verdict.warnings().isEmpty()) {
            verdict.warnings().forEach(response.putArray("warnings")::add);
        }
        return answer;
    }

    private Admission.Request request(JsonNode request) {
        String plural = request.path("resource").path("resource").asText();
        String namespace = request.path("namespace").asText();
        String name = request.path("name").asText();
        String subresource = request.path("subResource").asText();
        ObjectNode before = object(request, "oldObject");
        ObjectNode after = object(request, "object");
        Lister stored = new Lister();
        if (subresource.equals("scale")) {
            int stacks = request.path("object").path("spec").path("replicas").asInt();
            before = stored.get(CairnNames.GROUP, plural, namespace, name).orElse(null);
            after = before == null ? null : before.deepCopy();
            if (after != null) {
                after.withObject("spec").put("stacks", stacks);
            }
        }
        return new Admission.Request(
                Admission.Operation.valueOf(request.path("operation").asText().toUpperCase(Locale.ROOT)),
                request.path("resource").path("group").asText(),
                subresource.equals("scale")
                        ? "Service"
                        : request.path("kind").path("kind").asText(),
                plural,
                namespace,
                name,
                subresource,
                request.path("userInfo").path("username").asText(),
                request.path("dryRun").asBoolean(),
                before,
                after,
                stored);
    }

    private static @Nullable ObjectNode object(JsonNode request, String field) {
        return request.get(field) instanceof ObjectNode object ? object : null;
    }

    /** What the cluster has now. The reviewed write is not in it: the cluster asks before it stores. */
    private final class Lister implements Admission.Lister {
        @Override
        public List<ObjectNode> list(String group, String plural, @Nullable String namespace) {
            String in = namespace == null ? "" : "/namespaces/" + namespace;
            List<ObjectNode> all = new ArrayList<>();
            String next = "";
            do {
                String page = "?limit=" + PAGE + (next.isEmpty() ? "" : "&continue=" + next);
                JsonNode list = read("/apis/" + group + "/" + CairnNames.VERSION + in + "/" + plural + page);
                for (Iterator<JsonNode> items = list.path("items").elements(); items.hasNext(); ) {
                    if (items.next() instanceof ObjectNode item) {
                        all.add(item);
                    }
                }
                next = list.path("metadata").path("continue").asText();
            } while (!next.isEmpty());
            return all;
        }

        @Override
        public Optional<ObjectNode> get(String group, String plural, String namespace, String name) {
            String in = namespace.isEmpty() ? "" : "/namespaces/" + namespace;
            try {
                return Optional.of(read("/apis/" + group + "/" + CairnNames.VERSION + in + "/" + plural + "/" + name))
                        .filter(ObjectNode.class::isInstance)
                        .map(ObjectNode.class::cast);
            } catch (KubernetesClientException e) {
                if (e.getCode() == 404) {
                    return Optional.empty();
                }
                throw e;
            }
        }

        private JsonNode read(String path) {
            try {
                return JSON.readTree(String.valueOf(client.raw(path)));
            } catch (IOException e) {
                throw new KubernetesClientException("an answer of the cluster is no JSON: " + e.getMessage(), e);
            }
        }
    }
}
