package dev.cairn.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which API a command talks to, and in which namespace. */
final class ApiOptions {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Which API. By default $KUBECONFIG, else kubeconfig in the state directory, else"
                    + " ~/.kube/config.")
    @Nullable
    Path kubeconfig;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "Namespace of the service.")
    @Nullable
    String namespace;

    @Mixin
    StateOption state = new StateOption();

    Api connect() {
        return Api.connect(file(), namespace);
    }

    /**
     * The token of the operator, where the API is the one of the state directory: it alone may write ServiceStacks there.
     * Whoever can read the file may do so.
     */
    Optional<Path> operatorToken() throws IOException {
        Path own = state.path().resolve("kubeconfig");
        Path token = state.path().resolve("api").resolve("operator.token");
        boolean same = Files.exists(own) && Files.exists(file()) && Files.isSameFile(own, file());
        return same && Files.isReadable(token) ? Optional.of(token) : Optional.empty();
    }

    private Path file() {
        if (kubeconfig != null) {
            return kubeconfig;
        }
        String environment = System.getenv("KUBECONFIG");
        if (environment != null && !environment.isEmpty()) {
            return Path.of(environment.split(java.io.File.pathSeparator, 2)[0]);
        }
        Path own = state.path().resolve("kubeconfig");
        Path home = Path.of(System.getProperty("user.home"), ".kube", "config");
        return !Files.exists(own) && Files.exists(home) ? home : own;
    }
}
