package dev.cairn.api;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Retained;
import dev.cairn.core.model.ServiceStack;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Between the resource of a stack and the model. */
final class StackMapping {
    private static final int MAX_ENTRIES = 64;

    private StackMapping() {}

    /** The record is the truth; the spec only where there is no record, and it is then to be written again. */
    static ServiceStack toModel(ServiceStackResource resource) throws InvalidResource {
        Optional<ServiceStack> recorded = recorded(resource);
        if (recorded.isEmpty()) {
            return toModel(resource, resource.getSpec(), true);
        }
        ServiceStack record = recorded.get();
        return declares(resource, record) && marked(resource, record) ? record : edited(record);
    }

    static ServiceStackResource toResource(ServiceStack stack, String serviceUid) throws InvalidResource {
        ServiceStackResource resource = new ServiceStackResource();
        ServiceStackSpec spec = toSpec(stack);
        String record = StackRecord.encode(spec);
        resource.setMetadata(new ObjectMetaBuilder()
                .withNamespace(stack.key().namespace())
                .withName(stack.key().name())
                .withResourceVersion(stack.resourceVersion().isEmpty() ? null : stack.resourceVersion())
                .addToLabels(CairnNames.MANAGED_BY_LABEL, CairnNames.MANAGED_BY)
                .addToLabels(CairnNames.SERVICE_LABEL, stack.service().name())
                .addToAnnotations(Map.of(CairnNames.RECORD_ANNOTATION, record))
                .addToFinalizers(CairnNames.CONTAINERS_FINALIZER)
                .addNewOwnerReference()
                .withApiVersion(CairnNames.GROUP + "/" + CairnNames.VERSION)
                .withKind("Service")
                .withName(stack.service().name())
                .withUid(serviceUid)
                .withController(true)
                .endOwnerReference()
                .build());
        resource.setSpec(spec);
        if (record.length() > StackRecord.MAX_LENGTH) {
            throw new Check(resource)
                    .invalid(
                            "its record has " + record.length() + " bytes",
                            "it may have " + StackRecord.MAX_LENGTH + "; make the service's template smaller");
        }
        return resource;
    }

    private static Optional<ServiceStack> recorded(ServiceStackResource resource) {
        if (resource.getMetadata() == null) {
            return Optional.empty();
        }
        String text = orEmpty(resource.getMetadata().getAnnotations()).get(CairnNames.RECORD_ANNOTATION);
        Optional<ServiceStackSpec> spec = text == null ? Optional.empty() : StackRecord.decode(text);
        if (spec.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(toModel(resource, spec.get(), false));
        } catch (InvalidResource e) {
            return Optional.empty();
        }
    }

    /** Whether the resource's spec means what the record says. */
    private static boolean declares(ServiceStackResource resource, ServiceStack record) {
        try {
            return toModel(resource, resource.getSpec(), false).equals(record);
        } catch (InvalidResource e) {
            return false;
        }
    }

    /** Whether the labels by which others find the stack are there, and the finalizer, which cannot be added too late. */
    private static boolean marked(ServiceStackResource resource, ServiceStack record) {
        Map<String, String> labels = orEmpty(resource.getMetadata().getLabels());
        return record.service().name().equals(labels.get(CairnNames.SERVICE_LABEL))
                && CairnNames.MANAGED_BY.equals(labels.get(CairnNames.MANAGED_BY_LABEL))
                && (record.deleting() || resource.hasFinalizer(CairnNames.CONTAINERS_FINALIZER));
    }

    private static ServiceStack toModel(ServiceStackResource resource, @Nullable ServiceStackSpec given, boolean edited)
            throws InvalidResource {
        Check check = new Check(resource);
        ServiceStackSpec spec = check.required(given, "spec");
        ObjectKey key = check.key();
        ObjectKey service = new ObjectKey(key.namespace(), check.required(spec.serviceName(), "spec.serviceName"));
        int ordinal = check.number(spec.ordinal(), "spec.ordinal", 0, Integer.MAX_VALUE);
        if (!key.name().equals(ServiceStack.name(service, ordinal))) {
            throw check.invalid(
                    "it calls itself stack " + ordinal + " of service " + Check.quoted(service.name()),
                    "its name would then be " + Check.quoted(ServiceStack.name(service, ordinal)));
        }
        int lastContainer = check.number(spec.lastContainer(), "spec.lastContainer", 0, Integer.MAX_VALUE);
        String resourceVersion = resource.getMetadata().getResourceVersion();
        return new ServiceStack(
                key,
                check.generation(),
                resourceVersion == null ? "" : resourceVersion,
                service,
                ordinal,
                check.required(spec.hostName(), "spec.hostName"),
                check.required(spec.change(), "spec.change"),
                lastContainer,
                spec.failedGeneration(),
                entries(check, check.required(spec.containers(), "spec.containers"), "spec.containers", lastContainer),
                spec.next() == null ? null : entries(check, spec.next(), "spec.next", lastContainer),
                retained(check, spec.retained(), lastContainer),
                check.deleting(),
                edited);
    }

    private static List<Entry> entries(
            Check check, List<ServiceStackSpec.EntrySpec> specs, String field, int lastContainer)
            throws InvalidResource {
        if (specs.size() > MAX_ENTRIES) {
            throw check.invalid(field + " has " + specs.size() + " entries", "it may have " + MAX_ENTRIES);
        }
        List<Entry> entries = new ArrayList<>();
        Set<Integer> numbers = new HashSet<>();
        for (ServiceStackSpec.EntrySpec spec : check.items(specs, field)) {
            String path = field + "[" + entries.size() + "]";
            int n = check.number(spec.n(), path + ".n", 1, lastContainer);
            if (!numbers.add(n)) {
                throw check.invalid(field + " has container " + n + " twice", "every container must have its own n");
            }
            entries.add(new Entry(
                    n,
                    ServiceMapping.version(check, spec.version(), path + ".version"),
                    check.required(spec.image(), path + ".image"),
                    check.number(spec.hostPort(), path + ".hostPort", 0, 65535),
                    TemplateMapping.toModel(check, spec.template(), path + ".template")));
        }
        return entries;
    }

    private static List<Retained> retained(
            Check check, @Nullable List<ServiceStackSpec.RetainedSpec> specs, int lastContainer)
            throws InvalidResource {
        List<ServiceStackSpec.EntrySpec> containers = new ArrayList<>();
        List<Instant> untils = new ArrayList<>();
        for (ServiceStackSpec.RetainedSpec spec : check.items(specs, "spec.retained")) {
            String field = "spec.retained[" + untils.size() + "]";
            containers.add(check.required(spec.container(), field + ".container"));
            untils.add(check.time(spec.until(), field + ".until"));
        }
        List<Retained> retained = new ArrayList<>();
        for (Entry entry : entries(check, containers, "spec.retained", lastContainer)) {
            retained.add(new Retained(entry, untils.get(retained.size())));
        }
        return retained;
    }

    private static ServiceStackSpec toSpec(ServiceStack stack) {
        return new ServiceStackSpec(
                stack.service().name(),
                stack.ordinal(),
                stack.hostName(),
                stack.change(),
                stack.lastContainer(),
                stack.failedGeneration(),
                stack.containers().stream().map(StackMapping::toSpec).toList(),
                stack.pending()
                        .map(next -> next.stream().map(StackMapping::toSpec).toList())
                        .orElse(null),
                stack.retained().isEmpty()
                        ? null
                        : stack.retained().stream()
                                .map(one -> new ServiceStackSpec.RetainedSpec(
                                        toSpec(one.entry()), one.until().toString()))
                                .toList());
    }

    private static ServiceStackSpec.EntrySpec toSpec(Entry entry) {
        return new ServiceStackSpec.EntrySpec(
                entry.n(),
                entry.version().tag(),
                entry.image(),
                entry.hostPort(),
                TemplateMapping.toSpec(entry.template()));
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private static ServiceStack edited(ServiceStack stack) {
        return new ServiceStack(
                stack.key(),
                stack.generation(),
                stack.resourceVersion(),
                stack.service(),
                stack.ordinal(),
                stack.hostName(),
                stack.change(),
                stack.lastContainer(),
                stack.failedGeneration(),
                stack.containers(),
                stack.next(),
                stack.retained(),
                stack.deleting(),
                true);
    }
}
