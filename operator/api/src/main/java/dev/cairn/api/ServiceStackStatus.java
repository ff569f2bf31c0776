package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator reports of a stack. It is a view: nothing is decided from it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceStackStatus(
        @JsonPropertyDescription("metadata.generation that this status is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Ready, Reconciling and Stalled.") @Nullable
        List<Condition> conditions,

        @JsonPropertyDescription("The committed versions, bottom first, separated by commas.") @Nullable
        String versions,

        @JsonPropertyDescription("The containers of the stack, the committed ones first.") @Nullable
        List<ContainerStatus> containers) {

    /** A container as it was last seen. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ContainerStatus(
            @JsonPropertyDescription("Name of the container.") @Nullable
            String name,

            @JsonPropertyDescription("Its position; absent when it is not committed.") @Nullable
            Integer position,

            @JsonPropertyDescription("Its version.") @Nullable
            String version,

            @JsonPropertyDescription("The engine's id of it.") @Nullable
            String id,

            @JsonPropertyDescription("The image it runs.") @Nullable
            String image,

            @JsonPropertyDescription("Address on which its ports are published.") @Nullable
            String address,

            @JsonPropertyDescription("Its published ports.") @Nullable
            List<PortStatus> ports,

            @JsonPropertyDescription("missing, created, starting, healthy, dead or unknown.") @Nullable
            String state,

            @JsonPropertyDescription("For a container that was popped and is kept for an undo: until when.") @Nullable
            String retainedUntil) {}

    /** A published port. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PortStatus(
            @JsonPropertyDescription("Port inside the container.") @Nullable
            Integer containerPort,

            @JsonPropertyDescription("Port on the host behind which it is published.") @Nullable
            Integer hostPort) {}
}
