package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What a user declares of a host. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HostSpec(
        @Required @JsonPropertyDescription("The Docker engine that runs the containers.") @Nullable
        DockerSpec docker,

        @SchemaFrom(type = AvailabilityName.class)
        @Default("Active")
        @JsonPropertyDescription(
                "Active: stacks may be put there; Pause: nothing new; Drain: nothing new, and the stacks"
                        + " that are there move to other hosts.")
        @Nullable
        String availability) {

    /** The values of availability. */
    enum AvailabilityName {
        @JsonProperty("Active")
        ACTIVE,
        @JsonProperty("Pause")
        PAUSE,
        @JsonProperty("Drain")
        DRAIN
    }

    /** A Docker engine. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "has(self.address) || !self.url.startsWith('tcp://')",
            message =
                    "address is required with a tcp:// url: the IP address of the host on which containers publish their"
                            + " ports and which the proxy can reach")
    @ValidationRule(
            value = "!has(self.tlsSecretRef) || self.url.startsWith('tcp://')",
            message = "tlsSecretRef needs a tcp:// url: a socket has no TLS")
    public record DockerSpec(
            @Required
            @Size(min = 1, max = 255)
            @ValidationRule(
                    value = "self.matches('" + Grammar.ENGINE_URL + "')",
                    message = "url must be unix:///path/to/docker.sock or tcp://host:port")
            @JsonPropertyDescription("Where the engine's API listens: unix:///path/to/docker.sock or tcp://host:port.")
            @Nullable
            String url,

            @Size(min = 1, max = 15)
            @ValidationRule(
                    value = "self.matches('" + Grammar.IPV4 + "')",
                    message = "address must be one IPv4 address of the host, such as 10.0.0.11")
            @JsonPropertyDescription("IPv4 address of the host on which containers publish their ports and to which the"
                    + " proxy connects. 127.0.0.1 by default with a unix:// url, required with tcp://.")
            @Nullable
            String address,

            // in full, since Kubernetes asks the rule of the default as it is written
            @Default("{\"first\": 20000, \"last\": 29999}")
            @JsonPropertyDescription("The host ports from which Cairn chooses.")
            @Nullable
            PortRange portRange,

            @JsonPropertyDescription(
                    "The Secret with what TLS to the engine needs: ca.pem, cert.pem and key.pem, or ca.crt, tls.crt and"
                            + " tls.key. Without it no TLS is spoken.")
            @Nullable
            SecretRef tlsSecretRef) {}

    /** A Secret in any namespace. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SecretRef(
            @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the Secret.") @Nullable
            String name,

            @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Namespace of the Secret.") @Nullable
            String namespace) {}

    /** A range of host ports, both ends included. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "self.first <= self.last", message = "first must not be higher than last")
    public record PortRange(
            @Default("20000") @Min(1) @Max(65535) @JsonPropertyDescription("The first port, 1 to 65535.") @Nullable
            Integer first,

            @Default("29999") @Min(1) @Max(65535) @JsonPropertyDescription("The last port, 1 to 65535.") @Nullable
            Integer last) {}
}
