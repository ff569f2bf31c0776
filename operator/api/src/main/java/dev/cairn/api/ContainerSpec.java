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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a core/v1 Container that are supported, under the same names. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.readinessProbe) || !has(self.readinessProbe.httpGet) || (has(self.ports)"
                + " && self.ports.exists(p, p.containerPort == self.readinessProbe.httpGet.port"
                + " || (has(p.name) && p.name == self.readinessProbe.httpGet.port)))",
        message = "readinessProbe.httpGet.port must be the name or number of one of the ports")
@ValidationRule(
        value = "!has(self.readinessProbe) || !has(self.readinessProbe.tcpSocket) || (has(self.ports)"
                + " && self.ports.exists(p, p.containerPort == self.readinessProbe.tcpSocket.port"
                + " || (has(p.name) && p.name == self.readinessProbe.tcpSocket.port)))",
        message = "readinessProbe.tcpSocket.port must be the name or number of one of the ports")
public record ContainerSpec(
        @Size(max = 64)
        @JsonPropertyDescription("Replaces the image's entry point. References such as $(NAME) are not expanded.")
        @Nullable
        List<@Size(max = 4096) String> command,

        @Size(max = 64)
        @JsonPropertyDescription("Replaces the image's command. References such as $(NAME) are not expanded.")
        @Nullable
        List<@Size(max = 4096) String> args,

        @Size(max = 128) @JsonPropertyDescription("Environment of the container.") @Nullable
        List<EnvVar> env,

        @Size(max = 16)
        @ValidationRule(
                value = "self.all(p, !has(p.name) || self.exists_one(q, has(q.name) && q.name == p.name))",
                message = "no two ports may have the same name")
        @JsonPropertyDescription(
                "The ports that the container serves. Each is published on a port of the host that" + " Cairn chooses.")
        @Nullable
        List<ContainerPort> ports,

        @JsonPropertyDescription("Decides that the container may be routed to. Without it the image's HEALTHCHECK does,"
                + " and without that too a container that runs is ready.")
        @Nullable
        ReadinessProbe readinessProbe,

        @SchemaFrom(type = ContainerSpec.PullPolicyName.class)
        @JsonPropertyDescription(
                "When the image's registry is asked. Always: at every push, so that the tag is resolved anew;"
                        + " IfNotPresent, the default: when the host does not have the image; Never: not at all."
                        + " Containers that run keep the image that they were pushed with.")
        @Nullable
        String imagePullPolicy,

        @JsonPropertyDescription("What the container may use, and what it is sure to get.") @Nullable
        ContainerResources resources,

        @JsonPropertyDescription("As whom the container runs, and what it may do.") @Nullable
        ContainerSecurity securityContext) {

    /** A container with nothing of the later fields. */
    ContainerSpec(
            @Nullable List<String> command,
            @Nullable List<String> args,
            @Nullable List<EnvVar> env,
            @Nullable List<ContainerPort> ports,
            @Nullable ReadinessProbe readinessProbe) {
        this(command, args, env, ports, readinessProbe, null, null, null);
    }

    /** An environment variable with a literal value. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record EnvVar(
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[-._a-zA-Z][-._a-zA-Z0-9]*$")
            @JsonPropertyDescription("Name of the variable.")
            @Nullable
            String name,

            @Default("\"\"")
            @Size(max = 8192)
            @JsonPropertyDescription("Its value, taken literally: $(NAME) is not expanded.")
            @Nullable
            String value) {}

    /** A port of the container. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ContainerPort(
            @Size(min = 1, max = 15)
            @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
            @ValidationRule(
                    value = "self.matches('[a-z]')",
                    message = "a port's name must have at least one letter, so that it is not taken for a number")
            @JsonPropertyDescription("A name by which endpoints and probes refer to the port.")
            @Nullable
            String name,

            @Required @Min(1) @Max(65535) @JsonPropertyDescription("Number of the port inside the container.") @Nullable
            Integer containerPort) {}

    /** The values of imagePullPolicy. */
    enum PullPolicyName {
        @JsonProperty("Always")
        ALWAYS,
        @JsonProperty("IfNotPresent")
        IF_NOT_PRESENT,
        @JsonProperty("Never")
        NEVER
    }
}
