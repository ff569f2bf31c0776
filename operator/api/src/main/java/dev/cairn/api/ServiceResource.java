package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** An application: an image and the versions that must run, declared by the user. */
@JsonClassDescription(
        "An application: an image and the versions of it that must run, oldest first. It runs as one or more identical stacks of containers.")
@Group(CairnNames.GROUP)
@Version(CairnNames.VERSION)
@Kind("Service")
@Singular("service")
@Plural("services")
@ShortNames("csvc")
@AdditionalPrinterColumn(name = "Versions", jsonPath = ".status.versions", type = Type.STRING)
@AdditionalPrinterColumn(name = "Stacks", jsonPath = ".status.stacks", type = Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = Type.STRING)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(name = "Wanted", jsonPath = ".spec.versions", type = Type.STRING, priority = 1)
@AdditionalPrinterColumn(name = "Ready-Stacks", jsonPath = ".status.readyStacks", type = Type.INTEGER, priority = 1)
@AdditionalPrinterColumn(name = "Change", jsonPath = ".status.change.phase", type = Type.STRING, priority = 1)
@AdditionalPrinterColumn(name = "Image", jsonPath = ".spec.image", type = Type.STRING, priority = 1)
@ValidationRule(
        value = "self.metadata.name.size() <= 40 && !self.metadata.name.contains('.')",
        message = "metadata.name must have at most 40 characters and no dot: the names of containers are made from it")
public class ServiceResource extends CustomResource<ServiceSpec, ServiceStatus> implements Namespaced {}
