package dev.cairn.app.operator;

import dev.cairn.api.ServiceStatus;
import dev.cairn.api.ServiceStatus.PastChange;
import dev.cairn.core.model.Version;
import dev.cairn.core.status.Past;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The history of a service, as its status has it and as core tells it. */
final class PastChanges {
    private static final Map<Past.Outcome, String> OUTCOMES = Map.of(
            Past.Outcome.COMMITTED, "Committed",
            Past.Outcome.FAILED, "Failed",
            Past.Outcome.WITHDRAWN, "Withdrawn");

    private PastChanges() {}

    static @Nullable List<PastChange> written(List<Past> history) {
        return history.isEmpty()
                ? null
                : history.stream().map(PastChanges::written).toList();
    }

    private static PastChange written(Past past) {
        Instant begun = past.begun();
        return new PastChange(
                past.change(),
                OUTCOMES.get(past.outcome()),
                join(past.from()),
                join(past.to()),
                emptyToNull(past.cause()),
                emptyToNull(past.by()),
                begun == null ? null : begun.toString(),
                past.ended().toString(),
                begun == null ? null : Duration.between(begun, past.ended()).toMillis(),
                emptyToNull(past.message()));
    }

    /** What a status says that anybody may have edited: what makes no sense is left out. */
    static List<Past> read(@Nullable ServiceStatus status) {
        List<Past> history = new ArrayList<>();
        if (status != null && status.history() != null) {
            status.history().forEach(past -> read(past).ifPresent(history::add));
        }
        return history;
    }

    private static Optional<Past> read(PastChange past) {
        Optional<Past.Outcome> outcome = OUTCOMES.entrySet().stream()
                .filter(known -> known.getValue().equals(past.outcome()))
                .map(Map.Entry::getKey)
                .findFirst();
        if (past.number() == null || past.ended() == null || outcome.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Past(
                    past.number(),
                    outcome.get(),
                    split(past.from()),
                    split(past.to()),
                    Objects.requireNonNullElse(past.cause(), ""),
                    Objects.requireNonNullElse(past.by(), ""),
                    past.begun() == null ? null : Instant.parse(past.begun()),
                    Instant.parse(past.ended()),
                    Objects.requireNonNullElse(past.message(), "")));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String join(List<Version> versions) {
        return versions.stream().map(Version::tag).collect(Collectors.joining(","));
    }

    private static List<Version> split(@Nullable String versions) {
        return versions == null || versions.isEmpty()
                ? List.of()
                : List.of(versions.split(",", -1)).stream().map(Version::new).toList();
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** The field manager that has set the versions, the last one of several. */
    static String by(HasMetadata service) {
        return service.getMetadata().getManagedFields().stream()
                .filter(fields -> fields.getFieldsV1() != null
                        && String.valueOf(fields.getFieldsV1()).contains(LeanResources.VERSIONS)
                        && !"status".equals(fields.getSubresource()))
                .max(Comparator.comparing(fields -> String.valueOf(fields.getTime())))
                .map(ManagedFieldsEntry::getManager)
                .map(manager -> manager.toLowerCase(Locale.ROOT))
                .orElse("");
    }
}
