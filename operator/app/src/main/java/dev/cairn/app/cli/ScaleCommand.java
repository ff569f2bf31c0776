package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Declares how many stacks a service has. */
@Command(name = "scale", description = "Says how many identical stacks a service has.")
final class ScaleCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
    String service = "";

    @Parameters(index = "1", paramLabel = "STACKS", description = "How many, from 1.")
    int stacks;

    @Mixin
    ChangeOptions options = new ChangeOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        try (Api api = options.api.connect()) {
            ServiceResource before = Edit.read(api, service);
            ServiceResource after;
            try {
                after = Edit.spec(
                        api, ServiceResource.class, "Service", api.namespace(), service, Map.of("stacks", stacks));
            } finally {
                ChangeOptions.warn(api, line.getErr());
            }
            line.getOut()
                    .println("Service " + Snapshot.name(after) + " goes from "
                            + Positions.of(before).service().stacks() + " to " + stacks + " stacks");
            line.getOut().flush();
            options.await(api, after, line.getOut());
            if (options.wait) {
                line.getOut().println("done");
            }
            ChangeOptions.remindOfFolder(before, line.getOut());
            return 0;
        }
    }
}
