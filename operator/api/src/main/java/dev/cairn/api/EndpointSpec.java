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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a user declares of an endpoint. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.stage) != has(self.position)",
        message = "exactly one of stage and position must be set")
@ValidationRule(
        value = "!has(self.protocol) || self.protocol != 'TCP' || ((!has(self.hostnames) || self.hostnames.size() == 0)"
                + " && (!has(self.path) || self.path == '/'))",
        message = "with protocol TCP there are no hostnames and no path: the whole port leads to the service")
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
        @JsonPropertyDescription(
                "What is spoken on the port: HTTP, where each request is routed, or TCP, where each connection is. All"
                        + " endpoints on one port say the same.")
        @Nullable
        String protocol,

        @Required @Min(1) @Max(65535) @JsonPropertyDescription("Port on which the endpoint listens.") @Nullable
        Integer port,

        @Size(max = 16)
        @ValidationRule(
                value = "self.all(h, h.matches('" + Grammar.HOSTNAME + "'))",
                message =
                        "every host name must be a DNS name in lower case, such as shop.example.com, or *. and one of at"
                                + " most 8 labels, such as *.example.com, which stands for all names below it")
        @JsonPropertyDescription(
                "Host names that lead here: exact ones, and such as *.example.com for all below it. Without any, all that"
                        + " no other endpoint on the port has.")
        @Nullable
        List<@Size(max = 253) String> hostnames,

        @Default("/")
        @Size(min = 1, max = 256)
        @ValidationRule(
                value = "self.matches('" + Grammar.URL_PATH + "')",
                message = "path must begin with a slash and hold no empty parts and no other characters than letters,"
                        + " digits and - . _ ~ @ : + , =")
        @ValidationRule(value = "!(self + '/').matches('/[.][.]?/')", message = "path must not have . or .. as a part")
        @JsonPropertyDescription(
                "What the paths of requests begin with: /api stands for /api and /api/x, not for /apix. The endpoint with"
                        + " the longest one takes a request.")
        @Nullable
        String path) {

    /** The values of protocol. */
    enum ProtocolName {
        @JsonProperty("HTTP")
        HTTP,
        @JsonProperty("TCP")
        TCP
    }
}
