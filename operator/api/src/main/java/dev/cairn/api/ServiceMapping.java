package dev.cairn.api;

import dev.cairn.core.model.Service;
import dev.cairn.core.model.Service.Freeze;
import dev.cairn.core.model.Service.Hold;
import dev.cairn.core.model.Service.Promotion;
import dev.cairn.core.model.Service.Request;
import dev.cairn.core.model.Service.Retain;
import dev.cairn.core.model.Service.Strategy;
import dev.cairn.core.model.Service.StrategyType;
import dev.cairn.core.model.Service.VersionEntry;
import dev.cairn.core.model.Service.VersionOrder;
import dev.cairn.core.model.Stage;
import dev.cairn.core.model.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From the resource of a service to the model. */
final class ServiceMapping {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?");
    private static final Pattern IMAGE = Pattern.compile(Grammar.IMAGE);
    private static final Pattern STAGE = Pattern.compile(Grammar.LABEL);
    private static final int MAX_HEIGHT = 32;
    private static final List<Stage> STAGES = List.of(new Stage("prod", 0), new Stage("qa", 1), new Stage("dev", 2));
    private static final Map<String, VersionOrder> ORDERS = Map.of(
            "Increasing", VersionOrder.INCREASING,
            "NonDecreasing", VersionOrder.NON_DECREASING,
            "Equal", VersionOrder.EQUAL,
            "Any", VersionOrder.ANY);
    private static final Map<String, VersionEntry> ENTRIES =
            Map.of("OnTop", VersionEntry.ON_TOP, "Ordered", VersionEntry.ORDERED);
    private static final Map<String, Promotion> PROMOTIONS =
            Map.of("InPlace", Promotion.IN_PLACE, "Recreate", Promotion.RECREATE);
    private static final Map<String, StrategyType> STRATEGIES = Map.of(
            "CommitAtEnd", StrategyType.COMMIT_AT_END,
            "RollbackOnFailure", StrategyType.ROLLBACK_ON_FAILURE,
            "BestEffort", StrategyType.BEST_EFFORT);
    private static final int DAY = 86400;
    private static final int SHORT_COMMIT = 40;
    private static final int MOST_REASON = 256;
    private static final int MOST_CAUSE = 256;

    private ServiceMapping() {}

    static Service toModel(ServiceResource resource) throws InvalidResource {
        Check check = new Check(resource);
        check.text(
                check.name(),
                "metadata.name",
                NAME,
                "it must have at most 40 small letters, digits and '-': the names of containers are made from it");
        ServiceSpec spec = check.required(resource.getSpec(), "spec");
        TemplateMapping.limitSize(check, spec.template(), "spec.template");
        List<Stage> stages = stages(check, spec.stages());
        return new Service(
                check.key(),
                check.generation(),
                check.text(
                        spec.image(),
                        "spec.image",
                        IMAGE,
                        "it must be the name of an image without tag and digest, such as registry.example.com/webapp"),
                versions(check, spec.versions()),
                check.number(spec.stacks(), 1, "spec.stacks", 1, 100),
                stages,
                check.number(spec.minHeight(), heightFor(stages), "spec.minHeight", 1, MAX_HEIGHT),
                check.oneOf(spec.versionOrder(), ORDERS, VersionOrder.NON_DECREASING, "spec.versionOrder"),
                check.oneOf(spec.versionEntry(), ENTRIES, VersionEntry.ON_TOP, "spec.versionEntry"),
                PlacementMapping.toModel(check, spec.placement()),
                check.oneOf(spec.promotion(), PROMOTIONS, Promotion.IN_PLACE, "spec.promotion"),
                strategy(check, spec.strategy()),
                retain(check, spec.retain()),
                TemplateMapping.toModel(check, spec.template(), "spec.template"),
                check.deleting(),
                hold(check, spec),
                request(resource.getMetadata().getAnnotations()));
    }

    private static Hold hold(Check check, ServiceSpec spec) throws InvalidResource {
        List<Freeze> freezes = new ArrayList<>();
        for (ServiceSpec.FreezeSpec window : check.items(spec.freezeWindows(), "spec.freezeWindows")) {
            String field = "spec.freezeWindows[" + freezes.size() + "]";
            Instant from = check.time(window.from(), field + ".from");
            Instant to = check.time(window.to(), field + ".to");
            if (!to.isAfter(from)) {
                throw check.invalid(field + " ends at " + to + " and begins at " + from, "it must end later");
            }
            freezes.add(new Freeze(from, to, oneLine(window.reason(), MOST_REASON)));
        }
        return new Hold(Boolean.TRUE.equals(spec.paused()), freezes);
    }

    private static Request request(@Nullable Map<String, String> annotations) {
        Map<String, String> given = annotations == null ? Map.of() : annotations;
        String cause = oneLine(given.get(CairnNames.CAUSE_ANNOTATION), MOST_CAUSE);
        String commit = oneLine(given.get(CairnNames.COMMIT_ANNOTATION), SHORT_COMMIT);
        return new Request(
                oneLine(given.get(CairnNames.RETRY_ANNOTATION), MOST_CAUSE),
                cause.isEmpty() && !commit.isEmpty() ? "commit " + commit : cause);
    }

    /** Anybody's text, as far as it goes into statuses and events. */
    private static String oneLine(@Nullable String text, int most) {
        return text == null ? "" : Check.line(text, " ", most);
    }

    private static Strategy strategy(Check check, ServiceSpec.@Nullable StrategySpec given) throws InvalidResource {
        ServiceSpec.StrategySpec spec =
                given == null ? new ServiceSpec.StrategySpec(null, null, null, null, null) : given;
        return new Strategy(
                seconds(check, spec.progressDeadlineSeconds(), 600, "spec.strategy.progressDeadlineSeconds", 1, DAY),
                seconds(check, spec.minReadySeconds(), 0, "spec.strategy.minReadySeconds", 0, DAY),
                seconds(check, spec.drainSeconds(), 30, "spec.strategy.drainSeconds", 0, DAY),
                check.oneOf(spec.type(), STRATEGIES, StrategyType.COMMIT_AT_END, "spec.strategy.type"),
                seconds(check, spec.canarySeconds(), 0, "spec.strategy.canarySeconds", 0, DAY));
    }

    private static Retain retain(Check check, ServiceSpec.@Nullable RetainSpec given) throws InvalidResource {
        ServiceSpec.RetainSpec spec = given == null ? new ServiceSpec.RetainSpec(null, null) : given;
        return new Retain(
                check.number(spec.count(), 1, "spec.retain.count", 0, MAX_HEIGHT),
                seconds(check, spec.seconds(), 3600, "spec.retain.seconds", 0, 7 * DAY));
    }

    static Duration seconds(Check check, @Nullable Integer value, int absent, String field, int min, int max)
            throws InvalidResource {
        return Duration.ofSeconds(check.number(value, absent, field, min, max));
    }

    private static List<Version> versions(Check check, @Nullable List<String> tags) throws InvalidResource {
        if (tags == null || tags.isEmpty() || tags.size() > MAX_HEIGHT) {
            throw check.invalid(
                    "spec.versions has " + (tags == null ? 0 : tags.size()) + " entries",
                    "it must have from 1 to " + MAX_HEIGHT);
        }
        List<Version> versions = new ArrayList<>();
        for (String tag : tags) {
            versions.add(version(check, tag, "spec.versions[" + versions.size() + "]"));
        }
        return versions;
    }

    static Version version(Check check, @Nullable String tag, String field) throws InvalidResource {
        if (!Version.isTag(check.required(tag, field))) {
            throw check.invalid(
                    field + " is " + Check.quoted(check.required(tag, field)),
                    "it must be an image tag such as v1.2.3, at most 128 characters long");
        }
        return new Version(check.required(tag, field));
    }

    private static List<Stage> stages(Check check, @Nullable List<ServiceSpec.StageSpec> specs) throws InvalidResource {
        if (specs == null) {
            return STAGES;
        }
        List<Stage> stages = new ArrayList<>();
        for (ServiceSpec.StageSpec spec : check.items(specs, "spec.stages")) {
            String field = "spec.stages[" + stages.size() + "]";
            String name =
                    check.text(spec.name(), field + ".name", STAGE, "it must have small letters, digits and '-' only");
            if (stages.stream().anyMatch(s -> s.name().equals(name))) {
                throw check.invalid("spec.stages has " + name + " twice", "every stage must have its own name");
            }
            stages.add(new Stage(name, check.number(spec.position(), field + ".position", 0, MAX_HEIGHT - 1)));
        }
        return stages;
    }

    /** The least height at which every stage exists. */
    private static int heightFor(List<Stage> stages) {
        return 1 + stages.stream().mapToInt(Stage::position).max().orElse(0);
    }
}
