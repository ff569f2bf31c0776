package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import dev.cairn.core.model.Service;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all commands share that change a service: how they tell and wait. */
final class ChangeOptions {
    private static final Duration LOOK = Duration.ofMillis(300);

    /** A container may take the progress deadline; pulling before and draining after need some time too. */
    private static final Duration SPARE = Duration.ofSeconds(60);

    private static final String FOLDER_MANAGER = "cairn-folder";

    @Mixin
    ApiOptions api = new ApiOptions();

    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Wait until the change is done, which is the default, or do not.")
    boolean wait = true;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Longest time to wait. By default the service's progress deadline and a minute.")
    int timeoutSeconds;

    /**
     * Declares other versions and waits until they run.
     *
     * @param change from the service and the versions it declares to those to declare
     * @param announce what happens, in one line
     * @param end what has happened, in one line
     * @return the exit code
     */
    int versions(
            CommandLine line,
            String service,
            BiFunction<ServiceResource, List<String>, List<String>> change,
            Function<Edit.Done, String> announce,
            String end)
            throws Exception {
        PrintWriter out = line.getOut();
        try (Api connected = api.connect()) {
            Edit.Done done;
            try {
                done = Edit.versions(connected, service, change);
            } finally {
                warn(connected, line.getErr());
            }
            out.println(announce.apply(done));
            out.flush();
            await(connected, done.after(), out);
            if (wait) {
                out.println(end);
            }
            remindOfFolder(done.before(), out);
            return 0;
        }
    }

    /** Shows what the API has warned of. */
    static void warn(Api api, PrintWriter err) {
        for (String warning; (warning = api.warnings().poll()) != null; ) {
            err.println("warning: " + Texts.line(warning));
        }
        err.flush();
    }

    /** Says so where a folder still declares what was there before. */
    static void remindOfFolder(HasMetadata before, PrintWriter out) {
        boolean fromFolder = before.getMetadata().getManagedFields().stream()
                .anyMatch(fields -> FOLDER_MANAGER.equals(fields.getManager()));
        if (fromFolder) {
            out.println("The " + before.getKind() + " comes from a file: change it there too, or the next edit of that"
                    + " file (with --enforce: its next scan) brings back what was there before.");
        }
    }

    /** Waits until the service is Ready as it is declared in {@code changed}. */
    void await(Api api, ServiceResource changed, PrintWriter out) throws Exception {
        if (!wait) {
            return;
        }
        long seconds = timeoutSeconds > 0
                ? timeoutSeconds
                : longest(Positions.of(changed).service()).toSeconds();
        ChangeWait change = new ChangeWait(api, changed, out);
        Optional<Unready> end = Poll.until(LOOK, Duration.ofSeconds(seconds), () -> change.look(Instant.now()));
        if (end.isEmpty()) {
            throw new UserError(change.last() + "; not done after " + seconds
                    + " s, and the operator goes on trying: see cairn show");
        }
        if (end.get() != ChangeWait.DONE) {
            throw new UserError(end.get().toString());
        }
    }

    /** How long a change may take that does not fail; where it goes stack by stack, each may take so long. */
    private static Duration longest(Service service) {
        Service.Strategy strategy = service.strategy();
        boolean inTurn = strategy.type() == Service.StrategyType.ROLLBACK_ON_FAILURE;
        return strategy.progressDeadline()
                .multipliedBy(inTurn ? service.stacks() : 1)
                .plus(inTurn ? strategy.canary() : Duration.ZERO)
                .plus(SPARE);
    }
}
