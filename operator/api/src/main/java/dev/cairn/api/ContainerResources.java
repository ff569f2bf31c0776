package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/** The fields of core/v1 ResourceRequirements that are supported. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ContainerResources(
        @JsonPropertyDescription("What the container may use at most.") @Nullable
        Amounts limits,

        @JsonPropertyDescription("What the container gets when others want it too: its share of the processors, and"
                + " memory that is left to it.")
        @Nullable
        Amounts requests) {

    /** Amounts as Kubernetes writes them. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Amounts(
            @JsonPropertyDescription("Processors, such as 2 or 500m.") @Nullable
            IntOrString cpu,

            @JsonPropertyDescription("Bytes of memory, such as 128Mi; a limit is 6Mi or more.") @Nullable
            IntOrString memory) {}
}
