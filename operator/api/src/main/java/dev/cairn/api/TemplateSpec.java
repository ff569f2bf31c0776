package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
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
        Integer terminationGracePeriodSeconds,

        @Size(max = 8)
        @JsonPropertyDescription(
                "Secrets of type kubernetes.io/dockerconfigjson in the service's namespace, with credentials for the"
                        + " image's registry. They are tried in this order.")
        @Nullable
        List<SecretName> imagePullSecrets) {

    /** Settings without credentials. */
    TemplateSpec(@Nullable ContainerSpec container, @Nullable Integer terminationGracePeriodSeconds) {
        this(container, terminationGracePeriodSeconds, null);
    }

    /** A Secret in the same namespace. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SecretName(
            @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the Secret.") @Nullable
            String name) {}
}
