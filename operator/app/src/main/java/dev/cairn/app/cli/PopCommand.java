package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes the lowest version away: all above it move down one position, so every stage is promoted. */
@Command(
        name = "pop",
        description = "Takes the lowest version out of every stack: every stage is promoted, nothing restarts.")
final class PopCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
    String service = "";

    @Mixin
    ChangeOptions options = new ChangeOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        return options.versions(line, service, PopCommand::withoutLowest, PopCommand::announcement, "done");
    }

    private static List<String> withoutLowest(ServiceResource resource, List<String> versions) {
        if (versions.size() < 2) {
            throw new UserError("Service " + Snapshot.name(resource)
                    + " has one version only; release another one first, or delete the service");
        }
        return versions.subList(1, versions.size());
    }

    private static String announcement(Edit.Done done) {
        Positions positions = Positions.of(done.before());
        String lowest = positions.declared(done.before()).get(0);
        return Texts.line(lowest) + " leaves every stack of " + Snapshot.name(done.before())
                + "; all others move down one position: " + positions.text(done.versions())
                + System.lineSeparator() + "To take it back while it is kept: cairn undo "
                + Snapshot.name(done.before());
    }
}
