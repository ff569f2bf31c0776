package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import java.io.PrintWriter;
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
        try (Api api = options.api.connect()) {
            Edit.Done done;
            try {
                done = Edit.versions(api, service, PopCommand::withoutLowest);
            } finally {
                ChangeOptions.warn(api, line.getErr());
            }
            announce(done, line.getOut());
            options.await(api, done.after(), line.getOut());
            if (options.wait) {
                line.getOut().println("done");
            }
            ChangeOptions.remindOfFolder(done.before(), line.getOut());
            return 0;
        }
    }

    private static List<String> withoutLowest(ServiceResource resource, List<String> versions) {
        if (versions.size() < 2) {
            throw new UserError("Service " + Snapshot.name(resource)
                    + " has one version only; release another one first, or delete the service");
        }
        return versions.subList(1, versions.size());
    }

    private static void announce(Edit.Done done, PrintWriter out) {
        Positions positions = Positions.of(done.before());
        String lowest = positions.declared(done.before()).get(0);
        out.println(Texts.line(lowest) + " leaves every stack of " + Snapshot.name(done.before())
                + "; all others move down one position: " + positions.text(done.versions()));
        out.flush();
    }
}
