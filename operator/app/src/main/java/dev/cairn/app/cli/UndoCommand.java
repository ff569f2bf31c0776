package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.api.ServiceStackSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes the last pop back. */
@Command(
        name = "undo",
        description =
                "Takes the last pop back: what it took out and what is still kept warm goes below the stack again.")
final class UndoCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
    String service = "";

    @Mixin
    ChangeOptions options = new ChangeOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        List<String> popped;
        try (Api api = options.api.connect()) {
            popped = popped(api, Edit.read(api, service));
        }
        return options.versions(
                Objects.requireNonNull(spec).commandLine(),
                service,
                (resource, versions) -> below(resource, popped, versions),
                done -> String.join(" ", popped) + " goes below every stack of " + Snapshot.name(done.before())
                        + " again: " + Positions.of(done.after()).text(done.versions()),
                "done");
    }

    private static List<String> below(ServiceResource resource, List<String> popped, List<String> versions) {
        if (popped.isEmpty()) {
            throw new UserError("nothing is kept of what left Service " + Snapshot.name(resource)
                    + " last; spec.retain says how many and for how long, and an older version can be declared in"
                    + " spec.versions at any time");
        }
        List<String> wanted = new ArrayList<>(popped);
        wanted.addAll(versions);
        return wanted;
    }

    /** The versions that the last pop took, lowest first, as far as they are kept on the leading stack. */
    private static List<String> popped(Api api, ServiceResource service) {
        List<ServiceStackResource> stacks;
        try {
            stacks = Snapshot.read(api.client(), api.namespace()).stacksOf(service);
        } catch (KubernetesClientException e) {
            throw api.explain(e);
        }
        List<ServiceStackSpec.RetainedSpec> retained =
                stacks.isEmpty() ? null : stacks.get(0).getSpec().retained();
        List<String> versions = new ArrayList<>();
        String until =
                retained == null || retained.isEmpty() ? null : retained.get(0).until();
        for (ServiceStackSpec.RetainedSpec one :
                retained == null ? List.<ServiceStackSpec.RetainedSpec>of() : retained) {
            if (!Objects.equals(one.until(), until) || one.container() == null) {
                break; // of an earlier pop
            }
            versions.add(0, Texts.line(one.container().version())); // the newest comes first there
        }
        return versions;
    }
}
