package dev.cairn.app.cli;

import dev.cairn.app.source.SourceState;
import dev.cairn.app.source.SourceStates;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Agrees that what no file declares any more is deleted, where it is more than half of a source. */
@Command(
        name = "prune",
        description = "Shows what no file declares any more and is not deleted without consent, because it is more than"
                + " half of what its folder or repository has applied. With --yes it is deleted.")
final class PruneCommand implements Callable<Integer> {
    @Option(names = "--yes", description = "Agree: delete exactly what is shown.")
    boolean yes;

    @Mixin
    ApiOptions options = new ApiOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (Api api = options.connect()) {
            SourceStates sources = new SourceStates(api.client());
            List<SourceState> held = sources.all().stream()
                    .filter(source -> !source.held().isEmpty())
                    .toList();
            for (SourceState source : held) {
                out.println(Texts.line(source.source()) + " declares no more:");
                source.held().forEach(object -> out.println("  " + Texts.line(object)));
            }
            if (held.isEmpty()) {
                out.println("nothing waits for consent");
            } else if (yes) {
                sources.agree(held);
                out.println("agreed: they are deleted within some seconds");
            } else {
                out.println("They are kept. To delete them: cairn prune --yes");
            }
            return 0;
        }
    }
}
