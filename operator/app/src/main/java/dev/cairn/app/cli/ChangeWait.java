package dev.cairn.app.cli;

import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at a service after a change until it is Ready or has stalled, and tells what is new. */
final class ChangeWait {
    static final Unready DONE = new Unready("", "", "", false);

    /** The API may be silent for so long, which is about what a restart of the operator takes. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final Api api;
    private final ServiceResource changed;
    private final PrintWriter out;
    private final Instant begun = Instant.now();
    private final Set<String> told = new HashSet<>();
    private Instant answered = begun;
    private volatile @Nullable Unready last;

    ChangeWait(Api api, ServiceResource changed, PrintWriter out) {
        this.api = api;
        this.changed = changed;
        this.out = out;
    }

    /**
     * Empty: look again. {@link #DONE}, or why it will not be.
     *
     * @throws UserError when somebody else changes the versions, or the API does not answer any more
     */
    Optional<Unready> look(Instant now) {
        ServiceResource service;
        try {
            service = Edit.get(api, changed.getMetadata().getName());
            answered = now;
        } catch (KubernetesClientException e) {
            if (e.getCode() >= 100 || Duration.between(answered, now).compareTo(SILENCE) > 0) {
                throw api.explain(e);
            }
            return Optional.empty();
        }
        Optional<Unready> unready = check(service);
        last = unready.orElse(null);
        unready.ifPresent(one -> tell(one.message(), now));
        return unready.isEmpty() ? Optional.of(DONE) : unready.filter(Unready::stalled);
    }

    /** What was seen last, for the user. */
    String last() {
        Unready seen = last;
        return seen == null ? "Service " + Snapshot.name(changed) + ": not looked at" : seen.toString();
    }

    private Optional<Unready> check(ServiceResource service) {
        if (!Objects.equals(changed.getSpec().versions(), service.getSpec().versions())) {
            throw new UserError("Service " + Snapshot.name(service) + " has got other versions meanwhile: "
                    + Texts.line(String.join(" ", service.getSpec().versions())));
        }
        ServiceStatus status = service.getStatus();
        return Unready.check(
                service,
                status == null ? null : status.conditions(),
                status == null ? null : status.observedGeneration());
    }

    private void tell(String line, Instant now) {
        if (!line.isEmpty() && told.add(line)) {
            out.println(String.format(
                    Locale.ROOT, "%4d s  %s", Duration.between(begun, now).toSeconds(), line));
            out.flush();
        }
    }
}
