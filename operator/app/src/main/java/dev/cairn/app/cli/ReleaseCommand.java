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

/** Declares one more version on top of a service's versions. */
@Command(
        name = "release",
        description = "Starts a version on top of every stack of a service. No endpoint leads to it by that.")
final class ReleaseCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
    String service = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version, which is an image tag.")
    String version = "";

    @Mixin
    ChangeOptions options = new ChangeOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        return options.versions(
                Objects.requireNonNull(spec).commandLine(),
                service,
                (resource, versions) -> onTop(versions),
                this::announcement,
                version + " runs on top of every stack of " + service);
    }

    private List<String> onTop(List<String> versions) {
        List<String> more = new ArrayList<>(versions);
        more.add(version);
        return more;
    }

    private String announcement(Edit.Done done) {
        ServiceResource resource = done.after();
        Positions positions = Positions.of(resource);
        int top = done.versions().size() - 1;
        String stage = positions.stage(top);
        int stacks = positions.service().stacks();
        return version + " starts on top of " + (stacks == 1 ? "the stack" : "the " + stacks + " stacks") + " of "
                + Snapshot.name(resource) + ", at position " + top
                + (stage.isEmpty() ? ", which no stage names: no endpoint leads there" : ", which is " + stage)
                + "\nTo promote every stage by one version: cairn pop " + service;
    }
}
