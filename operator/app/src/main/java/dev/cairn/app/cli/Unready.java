package dev.cairn.app.cli;

import dev.cairn.api.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A resource that is not Ready.
 *
 * @param subject kind and name
 * @param reason one word
 * @param message a sentence; may be empty
 * @param stalled whether it stays so until somebody does something
 */
record Unready(String subject, String reason, String message, boolean stalled) {
    /** All of the hosts, services and endpoints that are not Ready; hosts first, since all others need them. */
    static List<Unready> of(Snapshot snapshot) {
        List<Unready> all = new ArrayList<>();
        snapshot.hosts().forEach(host -> {
            var status = host.getStatus();
            check(
                            host,
                            status == null ? null : status.conditions(),
                            status == null ? null : status.observedGeneration())
                    .ifPresent(all::add);
        });
        snapshot.services().forEach(service -> {
            var status = service.getStatus();
            check(
                            service,
                            status == null ? null : status.conditions(),
                            status == null ? null : status.observedGeneration())
                    .ifPresent(all::add);
        });
        snapshot.endpoints().forEach(endpoint -> {
            var status = endpoint.getStatus();
            check(
                            endpoint,
                            status == null ? null : status.conditions(),
                            status == null ? null : status.observedGeneration())
                    .ifPresent(all::add);
        });
        return all;
    }

    /**
     * Empty when the resource is Ready as it is declared now.
     *
     * @param observed the generation that the conditions are about
     */
    static Optional<Unready> check(
            HasMetadata resource, @Nullable List<Condition> conditions, @Nullable Long observed) {
        String subject = resource.getKind() + " " + Snapshot.name(resource);
        Long generation = resource.getMetadata().getGeneration();
        Optional<Condition> ready = Snapshot.condition(conditions, "Ready");
        if (ready.isEmpty() || observed == null || (generation != null && observed < generation)) {
            return Optional.of(new Unready(subject, "NotSeenYet", "the operator has not looked at it yet", false));
        }
        if (ready.get().status().equals("True")) {
            return Optional.empty();
        }
        boolean stalled = Snapshot.condition(conditions, "Stalled")
                .map(condition -> condition.status().equals("True"))
                .orElse(false);
        return Optional.of(new Unready(
                subject,
                Texts.cell(ready.get().reason()),
                Texts.line(ready.get().message()),
                stalled));
    }

    @Override
    public String toString() {
        return subject + ": " + reason + (message.isEmpty() ? "" : ": " + message);
    }
}
