package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator reports of an endpoint. It is a view: nothing is decided from it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EndpointStatus(
        @JsonPropertyDescription("metadata.generation that this status is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Ready, Compliant, Reconciling and Stalled.") @Nullable
        List<Condition> conditions,

        @JsonPropertyDescription("Where the endpoint answers.") @Nullable
        String url,

        @JsonPropertyDescription("Where requests go now.") @Nullable
        List<RouteStatus> routes) {

    /** One way that requests go. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RouteStatus(
            @JsonPropertyDescription("The service.") @Nullable
            String serviceName,

            @JsonPropertyDescription("The stage; absent when the endpoint names a position.") @Nullable
            String stage,

            @JsonPropertyDescription("The position in the stack.") @Nullable
            Integer position,

            @JsonPropertyDescription("The version that answers.") @Nullable
            String version,

            @JsonPropertyDescription("Names of the containers that answer.") @Nullable
            List<String> backends) {}
}
