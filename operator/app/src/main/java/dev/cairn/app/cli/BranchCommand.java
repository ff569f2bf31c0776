package dev.cairn.app.cli;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.EndpointStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Points an endpoint at another stage. */
@Command(name = "branch", description = "Points an endpoint at another stage or position. No container changes.")
final class BranchCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(300);

    @Parameters(index = "0", paramLabel = "ENDPOINT", description = "The endpoint.")
    String endpoint = "";

    @Parameters(index = "1", paramLabel = "STAGE|POSITION", description = "Where it leads to.")
    String where = "";

    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Wait until it leads there, which is the default, or do not.")
    boolean wait = true;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Longest time to wait. Default: ${DEFAULT-VALUE}.")
    int timeoutSeconds = 60;

    @Mixin
    ApiOptions options = new ApiOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        boolean number = where.matches("\\d{1,2}");
        Map<String, @Nullable Object> pointer = new HashMap<>();
        pointer.put("position", number ? Integer.valueOf(where) : null);
        pointer.put("stage", number ? null : where);
        try (Api api = options.connect()) {
            EndpointResource after;
            try {
                after = Edit.spec(api, EndpointResource.class, "Endpoint", api.namespace(), endpoint, pointer);
            } finally {
                ChangeOptions.warn(api, line.getErr());
            }
            line.getOut()
                    .println("Endpoint " + Snapshot.name(after) + " is to lead to "
                            + (number ? "position " : "stage ") + where + " of Service "
                            + Texts.line(after.getSpec().serviceName()));
            line.getOut().flush();
            if (wait) {
                await(api, line.getOut());
            }
            ChangeOptions.remindOfFolder(after, line.getOut());
            return 0;
        }
    }

    private void await(Api api, PrintWriter out) throws Exception {
        Optional<EndpointResource> end = Poll.until(LOOK, Duration.ofSeconds(timeoutSeconds), () -> look(api));
        EndpointStatus status = end.orElseThrow(() -> new UserError("Endpoint " + Texts.line(endpoint)
                        + " does not lead there after " + timeoutSeconds
                        + " s, and the operator goes on trying: see cairn show"))
                .getStatus();
        String versions = status.routes() == null
                ? ""
                : String.join(
                        " ",
                        status.routes().stream()
                                .map(route -> Texts.line(route.version()))
                                .toList());
        out.println("done" + (versions.isEmpty() ? "" : ": it answers with " + versions));
    }

    /** The endpoint once it is Ready as it is declared now. */
    private Optional<EndpointResource> look(Api api) {
        EndpointResource now;
        try {
            now = api.client()
                    .resources(EndpointResource.class)
                    .inNamespace(api.namespace())
                    .withName(endpoint)
                    .get();
        } catch (KubernetesClientException e) {
            throw api.explain(e);
        }
        if (now == null) {
            throw new UserError("Endpoint " + Texts.line(endpoint) + " has been deleted meanwhile");
        }
        EndpointStatus status = now.getStatus();
        Optional<Unready> unready = Unready.check(
                now, status == null ? null : status.conditions(), status == null ? null : status.observedGeneration());
        unready.filter(Unready::stalled).ifPresent(stalled -> {
            throw new UserError(stalled.toString());
        });
        return unready.isPresent() ? Optional.empty() : Optional.of(now);
    }
}
