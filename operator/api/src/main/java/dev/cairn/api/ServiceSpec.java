package dev.cairn.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a user declares of a service. Enumerations are strings here, so that an unknown one can be reported. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceSpec(
        @Required
        @Size(min = 1, max = 255)
        @ValidationRule(
                value = "!self.contains('@')",
                message = "image must not have a digest: leave out '@' and what follows; the tags belong into versions")
        @ValidationRule(
                value = "self.contains('@') || !self.matches(':[^/]*$')",
                message =
                        "image must not have a tag: leave out the last ':' and what follows; the tags belong into versions")
        @ValidationRule(
                value = "self.contains('@') || self.matches(':[^/]*$') || self.matches('" + Grammar.IMAGE + "')",
                message = "image must be the name of an image, such as webapp or registry.example.com:5000/team/webapp")
        @JsonPropertyDescription("Image without tag and digest, such as registry.example.com/webapp.")
        @Nullable
        String image,

        @Required
        @Size(min = 1, max = 32)
        @ValidationRule(
                value = "self.all(v, v.matches('" + Grammar.TAG + "'))",
                message =
                        "every version must be an image tag: letters, digits, '_', '.' and '-', not beginning with '.' or"
                                + " '-', at most 128 characters, such as v1.2.3")
        @JsonPropertyDescription(
                "The versions that must run, as image tags: the first is at position 0, the bottom of the"
                        + " stack, which is production by default. Add one at the end to release it, take the first away to"
                        + " promote all. One entry on creation fills the stack.")
        @Nullable
        List<@Size(max = 128) String> versions,

        @SpecReplicas
        @Default("1")
        @Min(1)
        @Max(100)
        @JsonPropertyDescription("Number of identical stacks, 1 to 100.")
        @Nullable
        Integer stacks,

        @Size(max = 32)
        @Default("""
                - {name: prod, position: 0}
                - {name: qa, position: 1}
                - {name: dev, position: 2}
                """)
        @JsonPropertyDescription("Names for positions, for endpoints to point at.")
        @Nullable
        List<StageSpec> stages,

        @Min(1)
        @Max(32)
        @JsonPropertyDescription("Least number of versions, 1 to 32. By default just enough for all stages.")
        @Nullable
        Integer minHeight,

        @SchemaFrom(type = VersionOrderName.class)
        @Default("NonDecreasing")
        @JsonPropertyDescription("What the version one position higher must be: Increasing: higher; NonDecreasing: not"
                + " lower; Equal: the same; Any: whatever. A tag that does not begin with a number has no order and is"
                + " accepted with Equal and Any only.")
        @Nullable
        String versionOrder,

        @SchemaFrom(type = VersionEntryName.class)
        @Default("OnTop")
        @JsonPropertyDescription(
                "Where a version that is new to the stack may enter. OnTop: above all that stay, so that"
                        + " it comes down stage by stage; Ordered: also between them, for a hotfix, which then skips the stages"
                        + " above.")
        @Nullable
        String versionEntry,

        @SchemaFrom(type = PromotionName.class)
        @Default("InPlace")
        @JsonPropertyDescription("What happens to a container whose position changes. InPlace: it goes on running;"
                + " Recreate: a new one of the same image and settings is started first and takes over.")
        @Nullable
        String promotion,

        @Default("{}") @JsonPropertyDescription("How a change is carried out.") @Nullable
        StrategySpec strategy,

        @Default("{}")
        @JsonPropertyDescription(
                "How long containers that were popped are kept running below the stack, where nobody is"
                        + " routed to them, so that an undo takes them back at once.")
        @Nullable
        RetainSpec retain,

        @Default("{}") @JsonPropertyDescription("On which hosts the stacks go.") @Nullable
        PlacementSpec placement,

        @Default("{}")
        @JsonPropertyDescription(
                "Settings of the containers. They are copied when a version is pushed and stay with it:"
                        + " an edit applies to what is pushed afterwards.")
        @Nullable
        TemplateSpec template,

        @Default("false")
        @JsonPropertyDescription(
                "Whether changes wait: none begins, and none that has begun is committed. What runs is kept"
                        + " running.")
        @Nullable
        Boolean paused,

        @Size(max = 32)
        @JsonPropertyDescription("Times in which changes wait as when the service is paused. They may overlap.")
        @Nullable
        List<FreezeSpec> freezeWindows) {

    /** A time in which changes wait. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FreezeSpec(
            @Required
            @Pattern(Grammar.TIME)
            @JsonPropertyDescription("Its first moment, such as 2026-12-20T00:00:00Z.")
            @Nullable
            String from,

            @Required @Pattern(Grammar.TIME) @JsonPropertyDescription("The first moment after it.") @Nullable
            String to,

            @Size(max = 256) @JsonPropertyDescription("Why, for whoever waits.") @Nullable
            String reason) {}

    /** A name for a position. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StageSpec(
            @Required
            @Size(min = 1, max = 63)
            @Pattern(Grammar.LABEL)
            @JsonPropertyDescription("Name of the stage: small letters, digits and '-'.")
            @Nullable
            String name,

            @Required
            @Min(0)
            @Max(31)
            @JsonPropertyDescription("Position it names; 0 is the bottom of the stack.")
            @Nullable
            Integer position) {}

    /** How a change is carried out, and when it counts as done. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StrategySpec(
            @Default("600")
            @Min(1)
            @Max(86400)
            @JsonPropertyDescription("Seconds that a new container may take to become ready, 1 to 86400. After that the"
                    + " change is abandoned.")
            @Nullable
            Integer progressDeadlineSeconds,

            @Default("0")
            @Min(0)
            @Max(86400)
            @JsonPropertyDescription("Seconds that a new container must have been ready before the change is committed,"
                    + " 0 to 86400.")
            @Nullable
            Integer minReadySeconds,

            @Default("30")
            @Min(0)
            @Max(86400)
            @JsonPropertyDescription(
                    "Seconds that a container which is not routed to any more may keep its open sessions,"
                            + " 0 to 86400.")
            @Nullable
            Integer drainSeconds,

            @SchemaFrom(type = StrategyTypeName.class)
            @Default("CommitAtEnd")
            @JsonPropertyDescription(
                    "How a change goes over the stacks. CommitAtEnd: routes move when all that is new is"
                            + " ready on every stack, and when something fails they never do; RollbackOnFailure: one stack after the"
                            + " other, and when something fails all of them go back; BestEffort: what does not become ready is left"
                            + " behind and mended afterwards, as long as one container of each position is ready.")
            @Nullable
            String type,

            @Default("0")
            @Min(0)
            @Max(86400)
            @JsonPropertyDescription(
                    "With RollbackOnFailure: seconds that the new containers of the first stack must have"
                            + " been ready, and serve, before the second stack follows; 0 to 86400.")
            @Nullable
            Integer canarySeconds) {}

    /** How long popped containers are kept. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RetainSpec(
            @Default("1")
            @Min(0)
            @Max(32)
            @JsonPropertyDescription("Number of containers kept per stack, the newest, 0 to 32.")
            @Nullable
            Integer count,

            @Default("3600")
            @Min(0)
            @Max(604800)
            @JsonPropertyDescription("Seconds for which they are kept, 0 to 604800.")
            @Nullable
            Integer seconds) {}

    /** On which hosts the stacks go. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PlacementSpec(
            @SchemaFrom(type = SpreadName.class)
            @Default("Required")
            @JsonPropertyDescription("Required: no two stacks on one host; Preferred: only when hosts are too few.")
            @Nullable
            String spread,

            @JsonPropertyDescription("Labels that a Host must have. A stack on a Host that is not selected moves.")
            @Nullable
            HostSelector hostSelector,

            @Size(max = 256)
            @JsonPropertyDescription(
                    "The only Hosts that may be chosen; all when empty. A stack on another Host moves.")
            @Nullable
            List<@Size(max = 253) String> hostNames,

            @Default("300")
            @Min(0)
            @Max(604800)
            @JsonPropertyDescription(
                    "Seconds that a Host may be lost before its stack is made anew on another one, 0 to" + " 604800.")
            @Nullable
            Integer rescheduleAfterSeconds) {}

    /** A label selector, as everywhere in Kubernetes. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record HostSelector(
            @JsonPropertyDescription("Labels and the values that they must have.") @Nullable
            Map<String, String> matchLabels,

            @Size(max = 32) @JsonPropertyDescription("Further conditions on labels; all must hold.") @Nullable
            List<HostRequirement> matchExpressions) {}

    /** A condition on a label. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record HostRequirement(
            @Required @Size(min = 1, max = 317) @JsonPropertyDescription("The label.") @Nullable
            String key,

            @Required
            @SchemaFrom(type = OperatorName.class)
            @JsonPropertyDescription("In and NotIn compare its value with the given ones, Exists and DoesNotExist ask"
                    + " whether it is there.")
            @Nullable
            String operator,

            @Size(max = 64) @JsonPropertyDescription("Values for In and NotIn.") @Nullable
            List<@Size(max = 63) String> values) {}

    /** The values of operator. */
    enum OperatorName {
        @JsonProperty("In")
        IN,
        @JsonProperty("NotIn")
        NOT_IN,
        @JsonProperty("Exists")
        EXISTS,
        @JsonProperty("DoesNotExist")
        DOES_NOT_EXIST
    }

    /** The values of versionOrder. */
    enum VersionOrderName {
        @JsonProperty("Increasing")
        INCREASING,
        @JsonProperty("NonDecreasing")
        NON_DECREASING,
        @JsonProperty("Equal")
        EQUAL,
        @JsonProperty("Any")
        ANY
    }

    /** The values of versionEntry. */
    enum VersionEntryName {
        @JsonProperty("OnTop")
        ON_TOP,
        @JsonProperty("Ordered")
        ORDERED
    }

    /** The values of promotion. */
    enum PromotionName {
        @JsonProperty("InPlace")
        IN_PLACE,
        @JsonProperty("Recreate")
        RECREATE
    }

    /** The values of strategy.type. */
    enum StrategyTypeName {
        @JsonProperty("CommitAtEnd")
        COMMIT_AT_END,
        @JsonProperty("RollbackOnFailure")
        ROLLBACK_ON_FAILURE,
        @JsonProperty("BestEffort")
        BEST_EFFORT
    }

    /** The values of spread. */
    enum SpreadName {
        @JsonProperty("Required")
        REQUIRED,
        @JsonProperty("Preferred")
        PREFERRED
    }
}
