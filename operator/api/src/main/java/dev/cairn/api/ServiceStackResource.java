package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One ordered stack of containers of a service on one host. Written by the operator only; edits are put back. */
@JsonClassDescription(
        "One ordered stack of containers of a service on one host. Written by the operator only; edits are put back.")
@Group(CairnNames.GROUP)
@Version(CairnNames.VERSION)
@Kind("ServiceStack")
@Singular("servicestack")
@Plural("servicestacks")
@ShortNames("cstack")
@AdditionalPrinterColumn(name = "Service", jsonPath = ".spec.serviceName", type = Type.STRING)
@AdditionalPrinterColumn(name = "Host", jsonPath = ".spec.hostName", type = Type.STRING)
@AdditionalPrinterColumn(name = "Versions", jsonPath = ".status.versions", type = Type.STRING)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(name = "Change", jsonPath = ".spec.change", type = Type.INTEGER, priority = 1)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = Type.STRING,
        priority = 1)
public class ServiceStackResource extends CustomResource<ServiceStackSpec, ServiceStackStatus> implements Namespaced {}
