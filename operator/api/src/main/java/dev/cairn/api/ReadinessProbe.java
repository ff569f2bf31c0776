package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/** The fields of a core/v1 readiness probe that are supported, with its defaults. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.httpGet) != has(self.tcpSocket)",
        message = "exactly one of httpGet and tcpSocket must be set")
public record ReadinessProbe(
        @JsonPropertyDescription("Ready when a GET answers 200 to 399.") @Nullable
        HttpGet httpGet,

        @JsonPropertyDescription("Ready when a TCP connection is accepted.") @Nullable
        TcpSocket tcpSocket,

        @Default("0")
        @Min(0)
        @Max(3600)
        @JsonPropertyDescription("Seconds after the start before the first probe, 0 to 3600.")
        @Nullable
        Integer initialDelaySeconds,

        @Default("10") @Min(1) @Max(3600) @JsonPropertyDescription("Seconds between two probes, 1 to 3600.") @Nullable
        Integer periodSeconds,

        @Default("1")
        @Min(1)
        @Max(3600)
        @JsonPropertyDescription("Seconds until a probe counts as failed, 1 to 3600.")
        @Nullable
        Integer timeoutSeconds,

        @Default("3")
        @Min(1)
        @Max(1000)
        @JsonPropertyDescription("Failures in a row after which a ready container is not ready any more, 1 to 1000.")
        @Nullable
        Integer failureThreshold) {

    /** A probe by HTTP. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record HttpGet(
            @Default("/")
            @Size(min = 1, max = 1024)
            @Pattern("^/[!-~]*$")
            @JsonPropertyDescription("Path of the request; it begins with a slash and has no spaces.")
            @Nullable
            String path,

            @Required @JsonPropertyDescription("Name or number of one of the container's ports.") @Nullable
            IntOrString port) {}

    /** A probe by a TCP connection. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TcpSocket(
            @Required @JsonPropertyDescription("Name or number of one of the container's ports.") @Nullable
            IntOrString port) {}
}
