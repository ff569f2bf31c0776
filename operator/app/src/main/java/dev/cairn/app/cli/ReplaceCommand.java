package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Gives one position the version of its neighbour. */
@Command(
        name = "replace",
        description =
                "Gives a position of every stack the version of its neighbour below or above; nothing else moves.")
final class ReplaceCommand implements Callable<Integer> {
    enum Neighbour {
        BELOW,
        ABOVE
    }

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
    String service = "";

    @Parameters(index = "1", paramLabel = "STAGE|POSITION", description = "Which position.")
    String where = "";

    @Parameters(index = "2", paramLabel = "below|above", description = "Whose version it gets.")
    Neighbour neighbour = Neighbour.BELOW;

    @Mixin
    ChangeOptions options = new ChangeOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        return options.versions(
                Objects.requireNonNull(spec).commandLine(), service, this::replaced, this::announcement, "done");
    }

    private List<String> replaced(ServiceResource resource, List<String> versions) {
        int position = Positions.of(resource).position(where);
        int other = neighbour == Neighbour.BELOW ? position - 1 : position + 1;
        if (position >= versions.size() || other < 0 || other >= versions.size()) {
            throw new UserError("Service " + Snapshot.name(resource) + " has positions 0 to " + (versions.size() - 1)
                    + ", so there is nothing " + neighbour.name().toLowerCase(java.util.Locale.ROOT) + " position "
                    + position);
        }
        List<String> wanted = new ArrayList<>(versions);
        wanted.set(position, versions.get(other));
        if (wanted.equals(versions)) {
            throw new UserError("position " + position + " of Service " + Snapshot.name(resource) + " has version "
                    + Texts.line(versions.get(other)) + " already");
        }
        return wanted;
    }

    private String announcement(Edit.Done done) {
        Positions positions = Positions.of(done.after());
        int position = positions.position(where);
        return "position " + position + " of every stack of " + Snapshot.name(done.after()) + " gets "
                + Texts.line(done.versions().get(position)) + ": " + positions.text(done.versions());
    }
}
