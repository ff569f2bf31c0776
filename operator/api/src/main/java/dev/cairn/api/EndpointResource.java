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

/** What a user connects to: a port, or host names and a path on it, that leads to one stage of a service. */
@JsonClassDescription(
        "What a user connects to: a port, or host names and a path on it, that leads to one stage of a service.")
@Group(CairnNames.GROUP)
@Version(CairnNames.VERSION)
@Kind("Endpoint")
@Singular("endpoint")
@Plural("endpoints")
@ShortNames("cep")
@AdditionalPrinterColumn(name = "Service", jsonPath = ".spec.serviceName", type = Type.STRING)
@AdditionalPrinterColumn(name = "Stage", jsonPath = ".spec.stage", type = Type.STRING)
@AdditionalPrinterColumn(name = "Version", jsonPath = ".status.routes[0].version", type = Type.STRING)
@AdditionalPrinterColumn(name = "URL", jsonPath = ".status.url", type = Type.STRING)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(name = "Position", jsonPath = ".status.routes[0].position", type = Type.INTEGER, priority = 1)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = Type.STRING,
        priority = 1)
public class EndpointResource extends CustomResource<EndpointSpec, EndpointStatus> implements Namespaced {}
