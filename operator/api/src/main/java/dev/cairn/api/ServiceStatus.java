package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.cairn.core.constraint.Violation;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator reports of a service. It is a view: nothing is decided from it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceStatus(
        @JsonPropertyDescription("metadata.generation that this status is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Ready, Compliant, Reconciling and Stalled.") @Nullable
        List<Condition> conditions,

        @JsonPropertyDescription("Every constraint that does not hold.") @Nullable
        List<ViolationStatus> violations,

        @JsonPropertyDescription("The committed versions, bottom first, separated by commas.") @Nullable
        String versions,

        @JsonPropertyDescription("Number of containers in each stack.") @Nullable
        Integer height,

        @StatusReplicas @JsonPropertyDescription("Number of stacks that exist.") @Nullable
        Integer stacks,

        @JsonPropertyDescription("Number of stacks whose containers are all healthy.") @Nullable
        Integer readyStacks,

        @LabelSelector @JsonPropertyDescription("Label selector that finds the service's stacks.") @Nullable
        String selector,

        @JsonPropertyDescription(
                "Positions whose settings are older than the template; push the version again to renew them.")
        @Nullable
        List<Integer> outdatedPositions,

        @JsonPropertyDescription("Number of service trees: one per endpoint that leads to the service.") @Nullable
        Integer trees,

        @JsonPropertyDescription("The endpoints that lead to the service.") @Nullable
        List<String> usedBy,

        @JsonPropertyDescription("The change that is under way; absent when there is none.") @Nullable
        ChangeStatus change) {

    /** A constraint that does not hold. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ViolationStatus(
            @JsonPropertyDescription("Id of the constraint, such as VersionOrder.") @Nullable
            String constraint,

            @JsonPropertyDescription("The object that violates it.") @Nullable
            String subject,

            @JsonPropertyDescription("What was found.") @Nullable
            String found,

            @JsonPropertyDescription("What would satisfy the constraint.") @Nullable
            String wanted) {
        /** The violation as core reports it. */
        public static ViolationStatus of(Violation violation) {
            return new ViolationStatus(
                    violation.constraint(), violation.subject(), violation.found(), violation.wanted());
        }
    }

    /** A change that is under way. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ChangeStatus(
            @JsonPropertyDescription("Number of the change.") @Nullable
            Long number,

            @JsonPropertyDescription("How far it is, as one word in CamelCase.") @Nullable
            String phase,

            @JsonPropertyDescription("What it waits for or does, as a sentence.") @Nullable
            String message) {}
}
