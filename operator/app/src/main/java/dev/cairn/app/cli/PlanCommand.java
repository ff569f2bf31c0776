package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import dev.cairn.app.Machinery;
import dev.cairn.app.Planning;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what the operator would do, and does nothing. */
@Command(
        name = "plan",
        description = "Shows what the operator would do, or is doing, and changes nothing.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing to do", "1:it cannot be planned", "2:there is something to do"})
final class PlanCommand implements Callable<Integer> {
    private static final int CHANGES = 2;

    @Parameters(paramLabel = "SERVICE", arity = "0..1", description = "By default all services of the namespace.")
    @Nullable
    String service;

    @Parameters(
            index = "1..*",
            paramLabel = "VERSION",
            description = "Plan as if these were the service's versions, the lowest position first.")
    List<String> versions = List.of();

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
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (Api api = options.connect()) {
            List<String> lines = lines(api);
            lines.stream().map(Texts::line).forEach(out::println);
            if (lines.isEmpty()) {
                out.println("nothing to do");
            }
            return lines.isEmpty() ? 0 : CHANGES;
        }
    }

    private List<String> lines(Api api) throws IOException {
        Optional<List<String>> wanted = versions.isEmpty() ? Optional.empty() : Optional.of(versions);
        try {
            List<String> names = names(api);
            Planning planning = machinery.planning(api.client(), options.state.path());
            List<String> lines = new ArrayList<>();
            for (String name : names) {
                lines.addAll(planning.plan(api.namespace(), name, wanted));
            }
            return lines;
        } catch (KubernetesClientException e) {
            throw api.explain(e);
        }
    }

    private List<String> names(Api api) {
        if (service != null) {
            return List.of(Edit.read(api, service).getMetadata().getName());
        }
        return api.client().resources(ServiceResource.class).inNamespace(api.namespace()).list().getItems().stream()
                .map(resource -> resource.getMetadata().getName())
                .sorted()
                .toList();
    }
}
