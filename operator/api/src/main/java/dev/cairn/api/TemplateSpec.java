package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** The settings of a container: the fields of a core/v1 PodSpec that are supported. Copied into the stack at push. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TemplateSpec(
        @Default("{}")
        @JsonPropertyDescription("The container's settings. The image and its tag come from the service.")
        @Nullable
        ContainerSpec container,

        @Default("30")
        @Min(0)
        @Max(3600)
        @JsonPropertyDescription("Seconds between the request to stop and the kill, 0 to 3600.")
        @Nullable
        Integer terminationGracePeriodSeconds) {}
