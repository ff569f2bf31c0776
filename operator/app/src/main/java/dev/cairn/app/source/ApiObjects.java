package dev.cairn.app.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.cairn.api.CairnNames;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects of any kind at the API, applied and deleted on behalf of a folder. */
final class ApiObjects {
    static final String FIELD_MANAGER = "cairn-folder";

    private static final int CONFLICT = 409;

    /** Annotation in which kubectl apply remembers what it has applied. */
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private static final ObjectMapper JSON =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FIELD_MANAGER)
            .withForce(true)
            .withFieldValidation("Strict")
            .build();

    private final KubernetesClient client;

    /** How each kind is reached, by apiVersion and kind; a kind's scope and plural do not change while it exists. */
    private final Map<String, ResourceDefinitionContext> kinds = new HashMap<>();

    ApiObjects(KubernetesClient client) {
        this.client = client;
    }

    /**
     * @param commit that the document is of; null where there is none
     * @return the object as the API has stored it
     */
    GenericKubernetesResource apply(Document document, @Nullable Commit commit) throws Refusal {
        try {
            GenericKubernetesResource object = client.getKubernetesSerialization()
                    .convertValue(document.content(), GenericKubernetesResource.class);
            ResourceDefinitionContext kind = kind(
                    document.id().group(), document.apiVersion(), document.id().kind());
            if (kind.isNamespaceScoped()) {
                object.getMetadata().setNamespace(document.id().namespace());
            }
            if (commit != null) {
                Map<String, String> annotations = new HashMap<>();
                if (object.getMetadata().getAnnotations() != null) {
                    annotations.putAll(object.getMetadata().getAnnotations());
                }
                annotations.put(CairnNames.COMMIT_ANNOTATION, commit.id());
                object.getMetadata().setAnnotations(annotations);
            }
            return resource(kind, document.id()).patch(APPLY, object);
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        } catch (IllegalArgumentException e) {
            throw new Refusal(
                    "its metadata is not valid: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    true);
        }
    }

    /**
     * What the API would store if a user applied the document, as kubectl apply does it: fields that were applied before
     * and are not declared any more go, and those of others stay. Nothing is stored.
     */
    GenericKubernetesResource tryApply(Document document) throws Refusal {
        try {
            ResourceDefinitionContext kind = kind(
                    document.id().group(), document.apiVersion(), document.id().kind());
            Resource<GenericKubernetesResource> resource = resource(kind, document.id());
            GenericKubernetesResource stored = resource.get();
            String applied = stored == null || stored.getMetadata().getAnnotations() == null
                    ? null
                    : stored.getMetadata().getAnnotations().get(LAST_APPLIED);
            if (applied != null) {
                Map<String, Object> patch = new HashMap<>(document.content());
                gone(JSON.readTree(applied), JSON.valueToTree(document.content()), patch);
                return resource.patch(
                        tried(PatchType.JSON_MERGE, "kubectl-client-side-apply"), JSON.writeValueAsString(patch));
            }
            GenericKubernetesResource object = client.getKubernetesSerialization()
                    .convertValue(document.content(), GenericKubernetesResource.class);
            if (kind.isNamespaceScoped()) {
                object.getMetadata().setNamespace(document.id().namespace());
            }
            return resource.patch(tried(PatchType.SERVER_SIDE_APPLY, applier(stored)), object);
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        } catch (IllegalArgumentException | JsonProcessingException e) {
            throw new Refusal(
                    "it is not a valid object: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    true);
        }
    }

    private static PatchContext tried(PatchType type, String manager) {
        PatchContext.Builder builder = new PatchContext.Builder()
                .withPatchType(type)
                .withFieldManager(manager)
                .withFieldValidation("Strict")
                .withDryRun(List.of("All"));
        return (type == PatchType.SERVER_SIDE_APPLY ? builder.withForce(true) : builder).build();
    }

    /** Who has applied the object before, so that what is declared no more goes; somebody new where nobody has. */
    private static String applier(@Nullable GenericKubernetesResource stored) {
        return stored == null
                ? "cairn-plan"
                : stored.getMetadata().getManagedFields().stream()
                        .filter(fields -> "Apply".equals(fields.getOperation())
                                && (fields.getSubresource() == null
                                        || fields.getSubresource().isEmpty()))
                        .map(ManagedFieldsEntry::getManager)
                        .findFirst()
                        .orElse("cairn-plan");
    }

    /** Adds to a merge patch, as nulls, the fields that were applied before and are not declared any more. */
    private static void gone(JsonNode before, JsonNode now, Map<String, Object> patch) {
        before.fields().forEachRemaining(field -> {
            JsonNode declared = now.get(field.getKey());
            if (declared == null) {
                patch.put(field.getKey(), null);
            } else if (declared.isObject() && field.getValue().isObject()) {
                Map<String, Object> inner =
                        new HashMap<>(JSON.convertValue(declared, new TypeReference<Map<String, Object>>() {}));
                gone(field.getValue(), declared, inner);
                patch.put(field.getKey(), inner);
            }
        });
    }

    /** Creates an object. Returns whether there was none. */
    boolean create(Document document) throws Refusal {
        try {
            GenericKubernetesResource object = client.getKubernetesSerialization()
                    .convertValue(document.content(), GenericKubernetesResource.class);
            ResourceDefinitionContext kind = kind(
                    document.id().group(), document.apiVersion(), document.id().kind());
            var all = client.genericKubernetesResources(kind);
            if (kind.isNamespaceScoped()) {
                object.getMetadata().setNamespace(document.id().namespace());
                all.inNamespace(document.id().namespace()).resource(object).create();
            } else {
                all.resource(object).create();
            }
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == CONFLICT) {
                return false;
            }
            throw Refusal.of(e);
        }
    }

    boolean exists(ObjectId id, String apiVersion) throws Refusal {
        try {
            return resource(kind(id.group(), apiVersion, id.kind()), id).get() != null;
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        }
    }

    /**
     * Whether somebody else has changed or removed what was applied: the API keeps account of who has set which field, so
     * a field that another one has changed since is no longer among the source's own.
     *
     * @param fields as {@link #ownFields} gave them after the apply; null for unknown
     */
    boolean drifted(ObjectId id, String apiVersion, @Nullable String fields) throws Refusal {
        try {
            GenericKubernetesResource object =
                    resource(kind(id.group(), apiVersion, id.kind()), id).get();
            return object == null
                    || (!object.isMarkedForDeletion() && !ownFields(object).equals(fields));
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        }
    }

    /** Hash of the fields that are the source's own. */
    static String ownFields(GenericKubernetesResource object) {
        for (ManagedFieldsEntry entry : object.getMetadata().getManagedFields()) {
            if (FIELD_MANAGER.equals(entry.getManager()) && "Apply".equals(entry.getOperation())) {
                try {
                    return Place.digest(JSON.writeValueAsString(entry.getFieldsV1()));
                } catch (JsonProcessingException e) {
                    throw new IllegalStateException("what was JSON can be written as JSON", e);
                }
            }
        }
        return "";
    }

    /**
     * Deletes an object that the folder has applied, unless it has been replaced by one that it has not.
     *
     * @return whether the object was the folder's
     */
    boolean prune(ObjectId id, String apiVersion) throws Refusal {
        try {
            Resource<GenericKubernetesResource> resource = resource(kind(id.group(), apiVersion, id.kind()), id);
            GenericKubernetesResource object = resource.get();
            if (object == null || object.isMarkedForDeletion()) {
                return true;
            }
            boolean own = object.getMetadata().getManagedFields().stream()
                    .anyMatch(fields -> FIELD_MANAGER.equals(fields.getManager()));
            if (own) {
                resource.withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
            }
            return own;
        } catch (KubernetesClientException e) {
            throw Refusal.of(e);
        }
    }

    private Resource<GenericKubernetesResource> resource(ResourceDefinitionContext kind, ObjectId id) {
        var all = client.genericKubernetesResources(kind);
        return kind.isNamespaceScoped() ? all.inNamespace(id.namespace()).withName(id.name()) : all.withName(id.name());
    }

    private ResourceDefinitionContext kind(String group, String apiVersion, String kind) throws Refusal {
        String key = apiVersion + " " + kind;
        ResourceDefinitionContext known = kinds.get(key);
        if (known == null) {
            known = lookUp(group, apiVersion, kind);
            kinds.put(key, known);
        }
        return known;
    }

    private ResourceDefinitionContext lookUp(String group, String apiVersion, String kind) throws Refusal {
        APIResourceList served = client.getApiResources(apiVersion);
        if (served != null) {
            for (APIResource resource : served.getResources()) {
                if (kind.equals(resource.getKind()) && !resource.getName().contains("/")) {
                    return new ResourceDefinitionContext.Builder()
                            .withGroup(group)
                            .withVersion(apiVersion.substring(apiVersion.indexOf('/') + 1))
                            .withKind(kind)
                            .withPlural(resource.getName())
                            .withNamespaced(Boolean.TRUE.equals(resource.getNamespaced()))
                            .build();
                }
            }
        }
        throw new Refusal(
                "the API has no kind " + kind + " in " + apiVersion
                        + "; Cairn's kinds are Service, Endpoint and Host in cairn.dev/v1alpha1",
                false);
    }
}
