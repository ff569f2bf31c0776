package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record of one stack. The operator alone writes it, so the schema says what the fields are and leaves it at that:
 * a rule that became stricter must never keep an old record from being written.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceStackSpec(
        @Required
        @Size(min = 1, max = 40)
        @ValidationRule(
                value = "self == oldSelf",
                message = "serviceName cannot change: a stack belongs to one service")
        @JsonPropertyDescription("The service that the stack belongs to.")
        @Nullable
        String serviceName,

        @Required
        @Min(0)
        @ValidationRule(
                value = "self == oldSelf",
                message = "ordinal cannot change: it is in the names of the containers")
        @JsonPropertyDescription(
                "Index of the stack, from 0; the lowest that exists leads the others through a change.")
        @Nullable
        Integer ordinal,

        @Required @Size(min = 1, max = 253) @JsonPropertyDescription("The host that runs the stack.") @Nullable
        String hostName,

        @Required
        @Min(0)
        @JsonPropertyDescription("On the leading stack the number of the last change begun or abandoned, on the others"
                + " the number of the change they last acted on.")
        @Nullable
        Long change,

        @Required @Min(0) @JsonPropertyDescription("Highest number that a container of the stack ever had.") @Nullable
        Integer lastContainer,

        @JsonPropertyDescription("On the leading stack: generation of the service whose change failed.") @Nullable
        Long failedGeneration,

        @Required @Size(max = 64) @JsonPropertyDescription("The committed stack: index = position.") @Nullable
        List<EntrySpec> containers,

        @Size(max = 64) @JsonPropertyDescription("The stack that the change under way leads to.") @Nullable
        List<EntrySpec> next,

        @Size(max = 64)
        @JsonPropertyDescription("Containers that were popped and are kept warm for an undo, newest first.")
        @Nullable
        List<RetainedSpec> retained) {

    /** A container that was popped and is kept. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RetainedSpec(
            @Required @JsonPropertyDescription("The container.") @Nullable
            EntrySpec container,

            @Required @Size(max = 40) @JsonPropertyDescription("When it is given up, in UTC.") @Nullable
            String until) {}

    /** One container of a stack, with all that is needed to start it again as it was pushed. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record EntrySpec(
            @Required @Min(1) @JsonPropertyDescription("Number in the container's name.") @Nullable
            Integer n,

            @Required @Size(min = 1, max = 128) @JsonPropertyDescription("The version.") @Nullable
            String version,

            @Required
            @Size(min = 1, max = 512)
            @JsonPropertyDescription("The image, pinned: its digest, or its id when it was never in a registry.")
            @Nullable
            String image,

            @Required
            @Min(0)
            @Max(65535)
            @JsonPropertyDescription("Host port of the first container port, the others follow; 0 without ports.")
            @Nullable
            Integer hostPort,

            @JsonPropertyDescription("The settings it was pushed with.") @Nullable
            TemplateSpec template) {}
}
