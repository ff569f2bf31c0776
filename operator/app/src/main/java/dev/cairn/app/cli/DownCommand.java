package dev.cairn.app.cli;

import dev.cairn.app.Machinery;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops what {@code cairn up} runs on this machine. Containers go on. */
@Command(
        name = "down",
        description = "Stops the operator in the background and its proxy. Containers and the state stay as they are.")
final class DownCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Mixin
    StateOption state = new StateOption();

    private final Machinery machinery;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    DownCommand(Machinery machinery) {
        this.machinery = machinery;
    }

    @Override
    public Integer call() throws Exception {
        Path directory = state.path();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (!Files.isDirectory(directory)) {
            out.println("nothing runs: there is no state in " + directory);
            return 0;
        }
        Background background = new Background(directory);
        Optional<ProcessHandle> process = background.process();
        if (process.isPresent()) {
            background.stop(process.get(), PATIENCE);
            out.println("stopped process " + process.get().pid());
        } else {
            out.println("no operator runs with the state in " + directory);
        }
        machinery.stopProxy(directory);
        return 0;
    }
}
