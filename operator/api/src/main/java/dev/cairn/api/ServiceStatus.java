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
        ChangeStatus change,

        @JsonPropertyDescription("The last changes that are over, newest first, at most 10.") @Nullable
        List<PastChange> history) {

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

    /** A change that is over. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PastChange(
            @JsonPropertyDescription("Number of the change.") @Nullable
            Long number,

            @JsonPropertyDescription("Committed, Failed or Withdrawn.") @Nullable
            String outcome,

            @JsonPropertyDescription("The versions before it, bottom first, separated by commas.") @Nullable
            String from,

            @JsonPropertyDescription("The versions that it led to.") @Nullable
            String to,

            @JsonPropertyDescription(
                    "Why: the annotation kubernetes.io/change-cause, else the commit that it came from.")
            @Nullable
            String cause,

            @JsonPropertyDescription("Who: the field manager that set spec.versions.") @Nullable
            String by,

            @JsonPropertyDescription("When it began; absent when the operator was started since.") @Nullable
            String begun,

            @JsonPropertyDescription("When it was over.") @Nullable
            String ended,

            @JsonPropertyDescription("How long it took, in milliseconds.") @Nullable
            Long milliseconds,

            @JsonPropertyDescription("Why it failed.") @Nullable
            String message) {}

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
