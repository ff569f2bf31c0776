package dev.cairn.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the state directory is. */
final class StateOption {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "State directory. By default $CAIRN_STATE, else .cairn here or beside the program.")
    @Nullable
    Path given;

    Path path() {
        String environment = System.getenv("CAIRN_STATE");
        String home = System.getProperty("cairn.home");
        if (given != null) {
            return given;
        }
        if (environment != null && !environment.isEmpty()) {
            return Path.of(environment);
        }
        Path here = Path.of(".cairn");
        Path beside = home == null ? here : Path.of(home, ".cairn");
        return !Files.isDirectory(here) && Files.isDirectory(beside) ? beside : here;
    }
}
