package dev.cairn.app.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows the state as tables and as a tree. */
@Command(name = "show", description = "Shows services, endpoints and hosts, and the containers of every stack.")
final class ShowCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PATTERN",
            arity = "0..1",
            description = "Show only what has such a name, version or state; * and ? are wildcards.")
    @Nullable
    String pattern;

    @Mixin
    ApiOptions options = new ApiOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (Api api = options.connect()) {
            print(out, read(api));
        }
        return 0;
    }

    private Snapshot read(Api api) {
        try {
            return Snapshot.read(api.client(), options.namespace);
        } catch (KubernetesClientException e) {
            throw api.explain(e);
        }
    }

    private void print(PrintWriter out, Snapshot snapshot) {
        Filter filter = Filter.of(pattern);
        List<String> tables = ShowTables.lines(snapshot, filter);
        List<String> tree = ShowTree.lines(snapshot, filter);
        tables.forEach(out::println);
        if (!tables.isEmpty() && !tree.isEmpty()) {
            out.println();
        }
        tree.forEach(out::println);
        if (tables.isEmpty() && tree.isEmpty()) {
            out.println(filter.all() ? "there is nothing yet" : "nothing matches " + Texts.line(pattern));
        }
    }
}
