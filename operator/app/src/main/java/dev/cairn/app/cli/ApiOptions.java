package dev.cairn.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
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
