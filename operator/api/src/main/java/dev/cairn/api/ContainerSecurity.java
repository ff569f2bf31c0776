package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a core/v1 SecurityContext that are supported. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(self.runAsGroup) || has(self.runAsUser)", message = "runAsGroup needs runAsUser")
@ValidationRule(
        value = "!has(self.runAsNonRoot) || !self.runAsNonRoot || !has(self.runAsUser) || self.runAsUser != 0",
        message = "runAsUser 0 is root, which runAsNonRoot forbids")
public record ContainerSecurity(
        @Min(0)
        @Max(2147483647)
        @JsonPropertyDescription("Number of the user that the container's process runs as; the image's by default.")
        @Nullable
        Long runAsUser,

        @Min(0)
        @Max(2147483647)
        @JsonPropertyDescription("Number of the group that it runs as; only together with runAsUser.")
        @Nullable
        Long runAsGroup,

        @JsonPropertyDescription("The container is not started as root: neither runAsUser nor the image may say so.")
        @Nullable
        Boolean runAsNonRoot,

        @JsonPropertyDescription("The container cannot write into its own files.") @Nullable
        Boolean readOnlyRootFilesystem,

        @JsonPropertyDescription("false: no program in the container can gain rights that the container does not have.")
        @Nullable
        Boolean allowPrivilegeEscalation,

        @JsonPropertyDescription("Capabilities beyond and below the engine's usual ones.") @Nullable
        Capabilities capabilities) {

    /** Capabilities of the kernel, without CAP_, such as NET_BIND_SERVICE, or ALL. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Capabilities(
            @Size(max = 64) @JsonPropertyDescription("What it gets in addition, such as NET_ADMIN, or ALL.") @Nullable
            List<@Size(max = 32) String> add,

            @Size(max = 64) @JsonPropertyDescription("What it does not get, such as NET_RAW, or ALL.") @Nullable
            List<@Size(max = 32) String> drop) {}
}
