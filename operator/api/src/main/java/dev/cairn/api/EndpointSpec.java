package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/** What a user declares of an endpoint. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.stage) != has(self.position)",
        message = "exactly one of stage and position must be set")
public record EndpointSpec(
        @Required
        @Size(min = 1, max = 40)
        @Pattern(Grammar.LABEL)
        @JsonPropertyDescription("Service in the same namespace that the endpoint leads to.")
        @Nullable
        String serviceName,

        @Size(min = 1, max = 63)
        @Pattern(Grammar.LABEL)
        @JsonPropertyDescription("Stage of the service that the endpoint points at, such as prod.")
        @Nullable
        String stage,

        @Min(0)
        @Max(31)
        @JsonPropertyDescription("Position in the stack that the endpoint points at; 0 is the bottom.")
        @Nullable
        Integer position,

        @Default("http") @JsonPropertyDescription("Name or number of the container port that requests go to.") @Nullable
        IntOrString targetPort,

        @SchemaFrom(type = ProtocolName.class)
        @Default("HTTP")
        @JsonPropertyDescription("What is spoken on the port.")
        @Nullable
        String protocol,

        @Required @Min(1) @Max(65535) @JsonPropertyDescription("Port on which the endpoint listens.") @Nullable
        Integer port) {

    /** The values of protocol. */
    enum ProtocolName {
        @JsonProperty("HTTP")
        HTTP
    }
}
