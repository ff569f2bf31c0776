package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator reports of a host. It is a view: nothing is decided from it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HostStatus(
        @JsonPropertyDescription("metadata.generation that this status is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Ready, Reconciling and Stalled.") @Nullable
        List<Condition> conditions,

        @JsonPropertyDescription("The engine as it describes itself.") @Nullable
        EngineStatus engine,

        @JsonPropertyDescription("Number of stacks that are pinned to the host.") @Nullable
        Integer stacks,

        @JsonPropertyDescription("Number of containers of this installation on the host.") @Nullable
        Integer containers) {

    /** The engine as it describes itself. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record EngineStatus(
            @JsonPropertyDescription("The engine's own id.") @Nullable
            String id,

            @JsonPropertyDescription("The engine's name for itself, mostly the machine's.") @Nullable
            String name,

            @JsonPropertyDescription("Version of the engine.") @Nullable
            String version,

            @JsonPropertyDescription("Operating system and processor, such as linux/amd64.") @Nullable
            String platform) {}
}
