package dev.cairn.api;

import dev.cairn.core.model.Service;
import dev.cairn.core.model.Service.Spread;
import dev.cairn.core.model.Service.VersionEntry;
import dev.cairn.core.model.Service.VersionOrder;
import dev.cairn.core.model.Stage;
import dev.cairn.core.model.Version;
import java.time.Duration;
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
    private static final Map<String, Spread> SPREADS =
            Map.of("Required", Spread.REQUIRED, "Preferred", Spread.PREFERRED);

    private ServiceMapping() {}

    static Service toModel(ServiceResource resource) throws InvalidResource {
        Check check = new Check(resource);
        check.text(
                check.name(),
                "metadata.name",
                NAME,
                "it must have at most 40 small letters, digits and '-': the names of containers are made from it");
        ServiceSpec spec = check.required(resource.getSpec(), "spec");
        ServiceSpec.StrategySpec strategy =
                spec.strategy() == null ? new ServiceSpec.StrategySpec(null, null) : spec.strategy();
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
                oneOf(check, spec.versionOrder(), ORDERS, VersionOrder.NON_DECREASING, "spec.versionOrder"),
                VersionEntry.ON_TOP,
                oneOf(
                        check,
                        spec.placement() == null ? null : spec.placement().spread(),
                        SPREADS,
                        Spread.REQUIRED,
                        "spec.placement.spread"),
                Duration.ofSeconds(check.number(
                        strategy.progressDeadlineSeconds(), 600, "spec.strategy.progressDeadlineSeconds", 1, 86400)),
                Duration.ofSeconds(check.number(strategy.drainSeconds(), 30, "spec.strategy.drainSeconds", 0, 86400)),
                TemplateMapping.toModel(check, spec.template(), "spec.template"),
                check.deleting());
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
        for (ServiceSpec.StageSpec spec : specs) {
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

    static <T> T oneOf(Check check, @Nullable String value, Map<String, T> values, T absent, String field)
            throws InvalidResource {
        if (value == null) {
            return absent;
        }
        T known = values.get(value);
        if (known == null) {
            String names = String.join(", ", values.keySet().stream().sorted().toList());
            throw check.invalid(field + " is " + Check.quoted(value), "it must be one of " + names);
        }
        return known;
    }
}
