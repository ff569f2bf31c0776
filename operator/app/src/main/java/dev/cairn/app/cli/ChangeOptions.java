package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all commands share that change a service: how they tell and wait. */
final class ChangeOptions {
    private static final Duration LOOK = Duration.ofMillis(300);

    private static final Unready DONE = new Unready("", "", "", false);

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
            defaultValue = "900",
            description = "Longest time to wait. Default: ${DEFAULT-VALUE}.")
    int timeoutSeconds = 900;

    /** Shows what the API has warned of. */
    static void warn(Api api, PrintWriter err) {
        for (String warning; (warning = api.warnings().poll()) != null; ) {
            err.println("warning: " + Texts.line(warning));
        }
        err.flush();
    }

    /** Says so where a folder still declares what was there before. */
    static void remindOfFolder(ServiceResource before, PrintWriter out) {
        boolean fromFolder = before.getMetadata().getManagedFields().stream()
                .anyMatch(fields -> FOLDER_MANAGER.equals(fields.getManager()));
        if (fromFolder) {
            out.println("The service comes from a folder: write the versions into its file too, or the next edit of"
                    + " that file brings the old ones back.");
        }
    }

    /** Waits until the service is Ready as it is declared in {@code changed}. Returns the exit code. */
    int await(Api api, ServiceResource changed, PrintWriter out) throws Exception {
        if (!wait) {
            return 0;
        }
        String name = changed.getMetadata().getName();
        AtomicReference<String> told = new AtomicReference<>("");
        Instant begun = Instant.now();
        Optional<Unready> end = Poll.until(LOOK, Duration.ofSeconds(timeoutSeconds), () -> {
            ServiceResource now = Edit.read(api, name);
            Optional<Unready> unready = look(changed, now);
            String line = unready.map(Unready::message)
                    .filter(message -> !message.isEmpty())
                    .orElse("");
            if (!line.isEmpty() && !line.equals(told.getAndSet(line))) {
                out.printf("%4d s  %s%n", Duration.between(begun, Instant.now()).toSeconds(), line);
                out.flush();
            }
            return unready.isEmpty() || unready.get().stalled() ? Optional.of(unready.orElse(DONE)) : Optional.empty();
        });
        if (end.isEmpty()) {
            throw new UserError("Service " + name + " is not Ready after " + timeoutSeconds
                    + " s; the change goes on, see cairn show " + name);
        }
        if (end.get() != DONE) {
            throw new UserError(end.get().toString());
        }
        return 0;
    }

    private static Optional<Unready> look(ServiceResource changed, ServiceResource now) {
        if (!Objects.equals(changed.getSpec().versions(), now.getSpec().versions())) {
            throw new UserError("Service " + Snapshot.name(now) + " has got other versions meanwhile: "
                    + Texts.line(String.join(" ", now.getSpec().versions())));
        }
        ServiceStatus status = now.getStatus();
        return Unready.check(
                now, status == null ? null : status.conditions(), status == null ? null : status.observedGeneration());
    }
}
