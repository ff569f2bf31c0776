package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import dev.cairn.app.Machinery;
import dev.cairn.app.Planning;
import dev.cairn.app.source.DryRun;
import dev.cairn.core.constraint.Blocks;
import dev.cairn.core.model.ObjectKey;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what the operator would do, and does nothing. */
@Command(
        name = "plan",
        description = "Shows what the operator would do, or is doing, and changes nothing: each line is what a run then"
                + " does, provided that every call succeeds and everything that is started becomes ready.",
        exitCodeOnInvalidInput = PlanCommand.REFUSED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing to do: everything is as declared",
            "1:refused, or it cannot be planned; the reason is on the error stream",
            "2:there is something to do, now or when what it waits for has come"
        })
final class PlanCommand implements Callable<Integer> {
    static final int REFUSED = 1;

    private static final int CHANGES = 2;

    private static final PatchContext TRY = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager("cairn-cli")
            .withDryRun(List.of("All"))
            .build();

    /** How it is told. */
    enum Format {
        TEXT,
        JSON
    }

    @Parameters(
            index = "0",
            paramLabel = "SERVICE",
            arity = "0..1",
            description = "What would be done for it now. By default for all services of the namespace.")
    @Nullable
    String service;

    @Parameters(
            index = "1..*",
            paramLabel = "VERSION",
            description = "Plan as if these were the service's versions, the lowest position first.")
    List<String> versions = List.of();

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE",
            description =
                    "Plan as if this file were applied, for all services that it concerns; - is the standard input."
                            + " May be given several times.")
    List<Path> files = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "One line for each action, which is the default, or one JSON object.")
    Format format = Format.TEXT;

    @Mixin
    ApiOptions options = new ApiOptions();

    private final Machinery machinery;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    PlanCommand(Machinery machinery) {
        this.machinery = machinery;
    }

    @Override
    public Integer call() throws IOException {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        if (!files.isEmpty() && service != null) {
            throw new CommandLine.ParameterException(line, "name either files with -f or a service, not both");
        }
        try (Api api = options.connect()) {
            List<Planning.ServicePlan> plans = plans(api);
            PrintWriter out = line.getOut();
            if (format == Format.JSON) {
                out.println(api.client().getKubernetesSerialization().asJson(PlanOutput.json(plans)));
            } else {
                PlanOutput.lines(plans).stream().map(PlanOutput::line).forEach(out::println);
            }
            boolean refused = plans.stream().anyMatch(Planning.ServicePlan::refused);
            boolean done = plans.stream().allMatch(Planning.ServicePlan::done);
            return refused ? REFUSED : done ? 0 : CHANGES;
        }
    }

    private List<Planning.ServicePlan> plans(Api api) throws IOException {
        try {
            Planning planning = machinery.planning(api.client(), options.state.path());
            if (service == null && files.isEmpty()) {
                return planning.plan(all(api), Planning.Edits.NONE);
            }
            if (service != null && versions.isEmpty()) {
                ServiceResource stored = Edit.get(api, service);
                return planning.plan(Set.of(key(stored)), Planning.Edits.NONE);
            }
            Planning.Edits edits = service == null
                    ? filed(api)
                    : new Planning.Edits(List.of(versioned(api, Edit.get(api, service))), List.of(), List.of());
            List<Planning.ServicePlan> plans = planning.plan(Set.of(), edits);
            plans.stream()
                    .flatMap(plan -> plan.violations().stream())
                    .filter(violation -> violation.blocks() == Blocks.CHANGE)
                    .findFirst()
                    .ifPresent(violation -> {
                        throw new UserError(violation.message());
                    });
            return plans;
        } catch (KubernetesClientException e) {
            throw api.explain(e);
        }
    }

    private Planning.Edits filed(Api api) throws IOException {
        DryRun dryRun = new DryRun(api.client(), api.namespace());
        for (Path file : files) {
            if (file.toString().equals("-")) {
                dryRun.read("standard input", System.in);
            } else {
                dryRun.read(file);
            }
        }
        return dryRun.edits();
    }

    private ServiceResource versioned(Api api, ServiceResource stored) {
        String patch = api.client().getKubernetesSerialization().asJson(Map.of("spec", Map.of("versions", versions)));
        return api.client()
                .resources(ServiceResource.class)
                .inNamespace(stored.getMetadata().getNamespace())
                .withName(stored.getMetadata().getName())
                .patch(TRY, patch);
    }

    private static Set<ObjectKey> all(Api api) {
        return api.client().resources(ServiceResource.class).inNamespace(api.namespace()).list().getItems().stream()
                .map(PlanCommand::key)
                .collect(Collectors.toSet());
    }

    private static ObjectKey key(ServiceResource resource) {
        return new ObjectKey(
                resource.getMetadata().getNamespace(), resource.getMetadata().getName());
    }
}
