package dev.cairn.app.up;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.api.CairnNames;
import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.InvalidResource;
import dev.cairn.api.Mapping;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.core.constraint.Stored;
import dev.cairn.core.constraint.Verdict;
import dev.cairn.core.constraint.Writer;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.embedded.admission.Admission;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Admission is a call into core: this maps the objects there and the verdict back. */
public final class CoreAdmission implements Admission {
    private final ObjectMapper mapper = new ObjectMapper();
    private final String operatorUser;
    private final Known<EndpointResource, Endpoint> endpoints =
            new Known<>("endpoints", EndpointResource.class, Mapping::toModel);
    private final Known<HostResource, Host> hosts = new Known<>("hosts", HostResource.class, Mapping::toModel);
    private final Known<ServiceStackResource, ServiceStack> stacks =
            new Known<>("servicestacks", ServiceStackResource.class, Mapping::toModel);

    public CoreAdmission(String operatorUser) {
        var unused = new KubernetesSerialization(mapper, false); // makes the mapper one for Kubernetes resources
        this.operatorUser = operatorUser;
    }

    private interface ToModel<R, M> {
        M map(R resource) throws InvalidResource;
    }

    @Override
    public Verdict review(Request request) {
        if (!request.group().equals(CairnNames.GROUP) || request.subresource().equals("status")) {
            return Verdict.ALLOWED;
        }
        try {
            return answer(judge(request));
        } catch (InvalidResource e) {
            return Verdict.refuse(String.valueOf(e.getMessage()), List.of());
        }
    }

    private dev.cairn.core.constraint.Verdict judge(Request request) throws InvalidResource {
        ObjectNode before = request.oldObject();
        ObjectNode after = request.newObject();
        Writer writer = Writer.of(request.user(), operatorUser);
        return switch (request.kind()) {
            case "Service" ->
                ofTheOperator(before, after, writer)
                        ? dev.cairn.core.constraint.Verdict.ALLOWED
                        : dev.cairn.core.constraint.Admission.service(
                                lenient(before, ServiceResource.class, Mapping::toModel),
                                strict(after, ServiceResource.class, Mapping::toModel),
                                stored(request),
                                writer);
            case "Endpoint" ->
                dev.cairn.core.constraint.Admission.endpoint(
                        lenient(before, EndpointResource.class, Mapping::toModel),
                        strict(after, EndpointResource.class, Mapping::toModel),
                        stored(request));
            case "Host" ->
                dev.cairn.core.constraint.Admission.host(
                        lenient(before, HostResource.class, Mapping::toModel),
                        strict(after, HostResource.class, Mapping::toModel),
                        stored(request),
                        forget(before));
            case "ServiceStack" -> stack(before, after, writer);
            default -> dev.cairn.core.constraint.Verdict.ALLOWED;
        };
    }

    /** What the spec says counts here, not the operator's record: this is where an edit is to be noticed. */
    private dev.cairn.core.constraint.Verdict stack(
            @Nullable ObjectNode before, @Nullable ObjectNode after, Writer writer) throws InvalidResource {
        // The operator writes records all the time, from what it has read already.
        boolean nothingToJudge = writer != Writer.USER
                || before != null
                        && after != null
                        && before.path("spec").equals(after.path("spec"))
                        && annotation(before).equals(annotation(after));
        return nothingToJudge
                ? dev.cairn.core.constraint.Verdict.ALLOWED
                : dev.cairn.core.constraint.Admission.stack(
                        lenient(before, ServiceStackResource.class, Mapping::toModel),
                        before != null && after != null
                                ? null
                                : strict(after, ServiceStackResource.class, Mapping::toModel),
                        writer);
    }

    /** The operator writes a Service's finalizer only: what it declares stays as it was judged. */
    private static boolean ofTheOperator(@Nullable ObjectNode before, @Nullable ObjectNode after, Writer writer) {
        return writer == Writer.OPERATOR
                && before != null
                && after != null
                && before.path("spec").equals(after.path("spec"));
    }

    private static String annotation(ObjectNode object) {
        return object.path("metadata")
                .path("annotations")
                .path(CairnNames.RECORD_ANNOTATION)
                .asText();
    }

    private static boolean forget(@Nullable ObjectNode host) {
        return host != null
                && host.path("metadata")
                        .path("annotations")
                        .path(CairnNames.FORGET_ANNOTATION)
                        .asText()
                        .equals("true");
    }

    /**
     * All stored objects of one kind as the core knows them. All writes wait while they are read, so each tree, which is
     * never changed, is read only once.
     */
    private final class Known<R extends HasMetadata, M> {
        private final String plural;
        private final Class<R> type;
        private final ToModel<R, M> mapping;
        private Map<ObjectNode, Optional<M>> models = new IdentityHashMap<>();

        Known(String plural, Class<R> type, ToModel<R, M> mapping) {
            this.plural = plural;
            this.type = type;
            this.mapping = mapping;
        }

        synchronized List<M> all(Lister lister) {
            Map<ObjectNode, Optional<M>> now = new IdentityHashMap<>();
            List<M> all = new ArrayList<>();
            for (ObjectNode node : lister.list(CairnNames.GROUP, plural, null)) {
                Optional<M> before = models.get(node);
                Optional<M> model = before == null ? Optional.ofNullable(lenient(node, type, mapping)) : before;
                now.put(node, model);
                model.ifPresent(all::add);
            }
            models = now;
            return all;
        }
    }

    /**
     * What a write is judged by; nothing for one that cannot be wrong, such as the operator's own to records and
     * finalizers. Of services only the one that an Endpoint points at counts, and there may be thousands of others.
     */
    private Stored stored(Request request) {
        ObjectNode after = request.newObject();
        boolean going = after != null && after.path("metadata").hasNonNull("deletionTimestamp");
        boolean host = request.kind().equals("Host");
        if (going || (host && after != null)) {
            return new Stored(List.of(), List.of(), List.of(), List.of());
        }
        Lister lister = request.lister();
        return new Stored(
                request.kind().equals("Endpoint") && after != null ? pointedAt(after, request, lister) : List.of(),
                endpoints.all(lister),
                hosts.all(lister),
                stacks.all(lister));
    }

    private List<Service> pointedAt(ObjectNode endpoint, Request request, Lister lister) {
        String name = endpoint.path("spec").path("serviceName").asText();
        return lister.get(CairnNames.GROUP, "services", request.namespace(), name)
                .map(service -> lenient(service, ServiceResource.class, Mapping::toModel))
                .map(List::of)
                .orElse(List.of());
    }

    private <R extends HasMetadata, M> @Nullable M strict(
            @Nullable ObjectNode node, Class<R> type, ToModel<R, M> mapping) throws InvalidResource {
        return node == null ? null : mapping.map(read(node, type));
    }

    /** Without what nobody judges and what is more than all the rest: whose fields they are. */
    private <R> R read(ObjectNode node, Class<R> type) {
        ObjectNode judged = mapper.createObjectNode().setAll(node);
        if (node.path("metadata") instanceof ObjectNode metadata) {
            judged.set(
                    "metadata",
                    mapper.createObjectNode().<ObjectNode>setAll(metadata).without("managedFields"));
        }
        try {
            return mapper.treeToValue(judged, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** What is stored already may be out of order; that must not stop anybody from putting it right. */
    private <R extends HasMetadata, M> @Nullable M lenient(
            @Nullable ObjectNode node, Class<R> type, ToModel<R, M> mapping) {
        try {
            return strict(node, type, mapping);
        } catch (InvalidResource e) {
            return null;
        }
    }

    private static Verdict answer(dev.cairn.core.constraint.Verdict verdict) {
        return verdict.allowed()
                ? Verdict.allow(verdict.warnings())
                : Verdict.refuse(verdict.message(), verdict.warnings());
    }
}
