package dev.cairn.app.cli;

import dev.cairn.api.HostResource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what a host may be used for. */
abstract class AvailabilityCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "HOST", description = "The host.")
    String host = "";

    @Mixin
    ApiOptions options = new ApiOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    private final String availability;
    private final String effect;

    private AvailabilityCommand(String availability, String effect) {
        this.availability = availability;
        this.effect = effect;
    }

    @Command(name = "drain", description = "Moves all stacks away from a host, and puts nothing new on it.")
    static final class Drain extends AvailabilityCommand {
        Drain() {
            super("Drain", "its stacks move to other hosts; when cairn show says that it has none, it is empty");
        }
    }

    @Command(name = "pause", description = "Puts nothing new on a host. What runs there goes on.")
    static final class Pause extends AvailabilityCommand {
        Pause() {
            super("Pause", "nothing new is put on it, and what runs there goes on");
        }
    }

    @Command(name = "resume", description = "Uses a host again that was drained or paused.")
    static final class Resume extends AvailabilityCommand {
        Resume() {
            super("Active", "it is used again; what has moved away stays where it is");
        }
    }

    @Override
    public Integer call() {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        try (Api api = options.connect()) {
            HostResource after;
            try {
                after = Edit.spec(api, HostResource.class, "Host", null, host, Map.of("availability", availability));
            } finally {
                ChangeOptions.warn(api, line.getErr());
            }
            if (!availability.equals(after.getSpec().availability())) {
                throw new UserError("the API does not know spec.availability of hosts; update Cairn's kinds there with"
                        + " kubectl apply -f crds/");
            }
            line.getOut().println("Host " + Snapshot.name(after) + ": " + effect);
            ChangeOptions.remindOfFolder(after, line.getOut());
            return 0;
        }
    }
}
