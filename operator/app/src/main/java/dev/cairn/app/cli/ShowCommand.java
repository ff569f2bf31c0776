package dev.cairn.app.cli;

import dev.cairn.api.ServiceStackResource;
import dev.cairn.app.source.SourceState;
import dev.cairn.app.source.SourceStates;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the state as tables and as a tree. */
@Command(
        name = "show",
        description = "Shows services, endpoints, hosts and sources, and the containers of every stack.")
final class ShowCommand implements Callable<Integer> {
    enum Format {
        WIDE,
        JSON,
        YAML
    }

    @Parameters(
            paramLabel = "PATTERN",
            arity = "0..*",
            description = "Show only what has such a name, version or state; * and ? are wildcards, and"
                    + " SERVICE@VERSION names a version of a service. Of several patterns one must match.")
    List<String> patterns = List.of();

    @Option(
            names = "-o",
            paramLabel = "wide|json|yaml",
            description = "With more columns, or the resources themselves as one list.")
    @Nullable
    Format format;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "All namespaces, which is the default without -n.")
    boolean allNamespaces;

    @Mixin
    ApiOptions options = new ApiOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        Filter filter = Filter.any(patterns);
        try (Api api = options.connect()) {
            Snapshot snapshot = read(api);
            if (format == Format.JSON || format == Format.YAML) {
                printList(line.getOut(), api, snapshot, filter);
            } else {
                print(line.getOut(), snapshot, sources(api, line.getErr()), filter);
            }
        }
        return 0;
    }

    private Snapshot read(Api api) {
        try {
            return Snapshot.read(api.client(), allNamespaces ? null : options.namespace);
        } catch (KubernetesClientException e) {
            throw api.explain(e);
        }
    }

    /** Whoever may not see them sees all else. */
    private static List<SourceState> sources(Api api, PrintWriter err) {
        try {
            return new SourceStates(api.client()).all();
        } catch (IOException e) {
            err.println("warning: the sources cannot be shown: " + Texts.line(e.getMessage()));
            return List.of();
        }
    }

    private void print(PrintWriter out, Snapshot snapshot, List<SourceState> sources, Filter filter) {
        List<List<String>> parts = Stream.of(
                        ShowTables.lines(snapshot, filter, format == Format.WIDE),
                        ShowTree.lines(snapshot, filter),
                        ShowSources.lines(sources, filter, Instant.now()))
                .filter(part -> !part.isEmpty())
                .toList();
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                out.println();
            }
            parts.get(i).forEach(out::println);
        }
        if (parts.isEmpty()) {
            out.println(
                    filter.all()
                            ? "there is nothing yet"
                            : "nothing matches " + Texts.line(String.join(" or ", patterns)));
        }
    }

    private void printList(PrintWriter out, Api api, Snapshot snapshot, Filter filter) {
        List<HasMetadata> items = new ArrayList<>();
        snapshot.hosts().stream().filter(filter::matches).forEach(items::add);
        snapshot.services().stream().filter(filter::matches).forEach(items::add);
        snapshot.endpoints().stream().filter(filter::matches).forEach(items::add);
        snapshot.stacks().stream()
                .filter(stack -> matches(snapshot, stack, filter))
                .forEach(items::add);
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("apiVersion", "v1");
        list.put("kind", "List");
        list.put("items", items);
        KubernetesSerialization serialization = api.client().getKubernetesSerialization();
        out.println(format == Format.JSON ? serialization.asJson(list) : serialization.asYaml(list));
    }

    private static boolean matches(Snapshot snapshot, ServiceStackResource stack, Filter filter) {
        return filter.named(stack)
                || filter.text(stack.getSpec() == null ? null : stack.getSpec().hostName())
                || snapshot.services().stream()
                        .filter(filter::matches)
                        .anyMatch(service -> snapshot.stacksOf(service).contains(stack));
    }
}
