package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A place that runs containers. It belongs to no namespace. */
@JsonClassDescription("A place that runs containers: a Docker engine.")
@Group(CairnNames.GROUP)
@Version(CairnNames.VERSION)
@Kind("Host")
@Singular("host")
@Plural("hosts")
@ShortNames("chost")
@AdditionalPrinterColumn(name = "Engine", jsonPath = ".status.engine.version", type = Type.STRING)
@AdditionalPrinterColumn(name = "Stacks", jsonPath = ".status.stacks", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Containers", jsonPath = ".status.containers", type = Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = Type.STRING)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(name = "URL", jsonPath = ".spec.docker.url", type = Type.STRING, priority = 1)
@AdditionalPrinterColumn(name = "Platform", jsonPath = ".status.engine.platform", type = Type.STRING, priority = 1)
public class HostResource extends CustomResource<HostSpec, HostStatus> {}
