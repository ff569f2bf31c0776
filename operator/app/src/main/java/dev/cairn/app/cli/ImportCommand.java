package dev.cairn.app.cli;

import dev.cairn.app.Machinery;
import dev.cairn.app.source.Importer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates what an export has written. */
@Command(
        name = "import",
        description =
                "Creates what cairn export has written and is not there. Containers that still run are found again.")
final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The folder that cairn export has written.")
    Path folder = Path.of("");

    @Option(
            names = "--offline",
            description = "Into the state directory of an operator that is stopped. Use it where the operator follows a"
                    + " folder or a repository: that would declare the services before their records are there.")
    boolean offline;

    @Mixin
    ApiOptions options = new ApiOptions();

    private final Machinery machinery;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    ImportCommand(Machinery machinery) {
        this.machinery = machinery;
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UserError("there is no folder " + folder + "; name one that cairn export has written");
        }
        if (offline) {
            offline();
        } else {
            online();
        }
        return 0;
    }

    private void offline() throws IOException {
        Path state = options.state.path();
        new Background(state).process().ifPresent(process -> {
            throw new UserError("process " + process.pid() + " runs with the state in " + state
                    + "; stop it with cairn down first, or import without --offline");
        });
        try (Machinery.Served served = machinery.serve(state);
                KubernetesClient user = client(served.user());
                KubernetesClient operator = client(served.operator())) {
            run(user, operator);
        }
    }

    private void online() throws IOException {
        try (Api api = options.connect()) {
            Optional<Path> token = options.operatorToken();
            if (token.isEmpty()) {
                run(api.client(), api.client());
                return;
            }
            Config config = new ConfigBuilder(api.client().getConfiguration())
                    .withOauthToken(Files.readString(token.get()).strip())
                    .build();
            try (KubernetesClient operator = client(config)) {
                run(api.client(), operator);
            }
        }
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private void run(KubernetesClient user, KubernetesClient operator) throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        int created = new Importer(user, operator, line -> out.println(Texts.line(line))).run(folder);
        out.println(created + " objects created");
    }
}
