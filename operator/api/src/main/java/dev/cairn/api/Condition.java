package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** A condition in the manner of metav1.Condition. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @Required @JsonPropertyDescription("Ready, Compliant, Reconciling or Stalled.")
        String type,

        @Required @JsonPropertyDescription("True, False or Unknown.")
        String status,

        @JsonPropertyDescription("Why, as one word in CamelCase.") @Nullable
        String reason,

        @JsonPropertyDescription("Why, as a sentence.") @Nullable
        String message,

        @JsonPropertyDescription("When the status last changed, in UTC, RFC 3339.") @Nullable
        String lastTransitionTime,

        @JsonPropertyDescription("metadata.generation of the object that this was said about.") @Nullable
        Long observedGeneration) {}
